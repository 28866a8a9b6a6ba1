# All that the language has, in as few words as that takes.
@0xd6b2a5a29f3c41e7;
$Cxx.namespace("every");
using Cxx = import "/capnp/c++.capnp";
using Alias = Outer.Inner;
using Pair(Text, Data).first;

annotation note @0xd6b2a5a29f3c41e8 (struct, field, enumerant, method, param, group, union) :Text;
annotation all(*) :Note;

enum Colour { red @0; green @2 $note("middle"); blue @1; } # of the enum

struct Note { text @0 :Text = "?"; weight @1 :Float32 = -1.5e-3; }

struct Pair(A, B) {
  const first :Int32 = 7;
  a @0 :A;
  b @1 :B;
  using Swapped = Pair(B, A);
  swapped @2 :Swapped;
}

struct Outer @0xd6b2a5a29f3c41e9 $note("a " "b") {
  struct Inner { # of the inner one
    bits @1 :List(Bool) = [true, false];
    words @0 :List(List(UInt16)) = [[1, 0x2], [], [03]];
  }
  i8 @0 :Int8 = -128;
  u64 @1 :UInt64 = 0xffffffffffffffff;
  flag @2 :Bool = true;
  group :group $note("g") {
    colour @3 :Colour = blue;
    choice :union $all((text = "x")) {
      nothing @4 :Void;
      number @5 :Float64 = inf;
      both :group { x @6 :Int16; y @7 :Inner = (bits = [false], words = [[9]]); }
    }
  }
  old @9! :union { one @8 :UInt8; two @10 :UInt32; }
  union { pair @11 :Pair(Text, Inner); any @12 :AnyPointer; raw @13 :Data = 0x"00 ff"; }
  notes @14 :List(Note) = [.heavy, (text = "t"), (weight = nan)];
  service @15 :Service(Text) $all("first field");
  deep @16 :Pair(Pair(Text, Data), List(Pair(Data, Text))).Swapped;
}

const heavy :Note = (text = `block
                     `of lines
, weight = 1e10);
const number :Int64 = Pair.first;

interface Service(T) extends(Base) {
  get @1 [U] (key :T, other :U, limit :UInt32 = 10) -> (value :Outer, rest :Pair(T, U)) $note("m");
  put @0 Outer -> stream;
  end @2 (null :Text = null) -> Outer.Inner;
}
interface Base {}
