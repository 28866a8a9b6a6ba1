# Default values of pointers.
@0x9a0000000000001c;

struct Point { x @0 :Int32; y @1 :Int32 = 7; name @2 :Text; union { a @3 :UInt8; b @4 :Text; } g :group { h @5 :Bool; i @6 :List(Int8); } u :union { c @7 :Void; d @8 :Point; e :group { f @9 :Int16; } } }
struct Uses {
  empty @0 :Point = ();
  plain @1 :Point = (x = 1, y = 2, name = "name");
  either @2 :Point = (b = "b", u = (e = (f = -1)));
  group @3 :Point = (g = (h = true, i = [1, 2, 3]));
  deep @4 :Point = (u = (d = (u = (d = (x = 5)))));
  bools @5 :List(Bool) = [true, false, true, true];
  voids @6 :List(Void) = [void, void];
  ints @7 :List(UInt64) = [1, 0xffffffffffffffff];
  floats @8 :List(Float32) = [1.5, -inf, nan, 0];
  texts @9 :List(Text) = ["a", "", "b"];
  points @10 :List(Point) = [(x = 1), (name = "second", a = 5), ()];
  lists @11 :List(List(Point)) = [[(x = 1)], [], [(), (y = 0)]];
  emptyList @12 :List(Int32) = [];
  emptyText @13 :Text = "";
  emptyData @14 :Data = "";
  explicitVoid @15 :Point = (u = (c = void));
  zero @16 :Point = (x = 0, y = 0, name = "");
}
