# A schema before it evolved: new.capnp is what became of it.
@0xe0a1c1f04b6d7a08;

enum Level { low @0; high @1; }

struct Record {
  id @0 :UInt32;
  name @1 :Text;
  level @2 :Level;
  union { none @3 :Void; number @4 :Int16; }
  inner @5 :Inner;
  inners @6 :List(Inner);
  levels @7 :List(Level);
  # What becomes lists of structs.
  void @8 :List(Void);
  uint8 @9 :List(UInt8);
  int16 @10 :List(Int16);
  uint32 @11 :List(UInt32);
  float64 @12 :List(Float64);
  texts @13 :List(Text);
  lists @14 :List(List(UInt8));
  chars @15 :List(Data);
}

struct Inner { a @0 :UInt8; }

const unset :Record = ();
const all :Record = (
  id = 1, name = "old", level = high, number = -5, inner = (a = 1), inners = [(a = 2), (a = 3)], levels = [low, high],
  void = [void, void], uint8 = [1, 2, 255], int16 = [-1, 2], uint32 = [1, 4294967295], float64 = [1.5, -0.0, nan],
  texts = ["a", "bb"], lists = [[1], [], [2, 3]], chars = [0x"01", ""]);
const empty :Record = (
  inners = [], levels = [], void = [], uint8 = [], int16 = [], uint32 = [], float64 = [], texts = [], lists = [], chars = []);
