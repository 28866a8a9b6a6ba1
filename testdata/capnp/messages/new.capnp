# old.capnp, evolved: more fields, enumerants and alternatives, and lists whose elements became structs.
@0xe0a1c1f04b6d7a09;

enum Level { low @0; high @1; higher @2; highest @3; }

struct Record {
  id @0 :UInt32;
  name @1 :Text;
  level @2 :Level;
  union { none @3 :Void; number @4 :Int16; ratio @16 :Float64; title @17 :Text; both :group { one @18 :Inner; two @19 :UInt32 = 2; } }
  inner @5 :Inner;
  inners @6 :List(Inner);
  levels @7 :List(Level);
  void @8 :List(OfVoid);
  uint8 @9 :List(OfUInt8);
  int16 @10 :List(OfInt16);
  uint32 @11 :List(OfUInt32);
  float64 @12 :List(OfFloat64);
  texts @13 :List(OfText);
  lists @14 :List(OfList);
  chars @15 :List(OfData);
  added @20 :Text = "added";
  late @21 :UInt64 = 77;
  lateBool @22 :Bool = true;
  lateList @23 :List(Int32) = [1, 2];
}

struct Inner { a @0 :UInt8; b @1 :UInt64 = 6; c @2 :Text; d @3 :Inner; e @4 :Bool = true; }

struct OfVoid { it @0 :Void; more @1 :Int32 = 4; text @2 :Text = "t"; }
struct OfUInt8 { it @0 :UInt8; more @1 :UInt8 = 5; bool @2 :Bool = true; late @3 :UInt64 = 8; text @4 :Text; }
struct OfInt16 { it @0 :Int16; more @1 :Int16 = -3; text @2 :Text = "t"; }
struct OfUInt32 { it @0 :UInt32; more @1 :UInt32 = 6; }
struct OfFloat64 { it @0 :Float64; more @1 :Float64 = 0.5; }
struct OfText { it @0 :Text; more @1 :Int8 = 1; text @2 :Text = "more"; }
struct OfList { it @0 :List(UInt8); more @1 :UInt16; }
struct OfData { it @0 :Data; }

const unset :Record = ();
const all :Record = (
  id = 2, name = "new", level = highest, ratio = 2.5, inner = (a = 9, b = 8, c = "c", d = (a = 1), e = false),
  inners = [(a = 1, c = "x"), (b = 2), ()], levels = [highest, low, higher],
  void = [(more = 1), (), (text = "v")],
  uint8 = [(it = 1, more = 2, bool = false, late = 3, text = "four"), (), (it = 255)],
  int16 = [(it = -7), (more = 1, text = "u"), (it = 32767)],
  uint32 = [(it = 4000000000, more = 1), ()],
  float64 = [(it = 0.25), (it = inf, more = nan)],
  texts = [(it = "first", more = 2), (), (it = "third", text = "other")],
  lists = [(it = [1, 2]), (more = 5), (it = [])],
  chars = [(it = 0x"0102"), ()],
  added = "something", late = 1, lateBool = false, lateList = [5]);
const title :Record = (title = "unknown to the old");
const both :Record = (both = (one = (a = 3), two = 0), level = higher);
const number :Record = (number = 12, level = low);
