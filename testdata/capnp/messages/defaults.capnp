# Default values of pointers: a null pointer means the default.
@0xe0a1c1f04b6d7a04;

struct Point { x @0 :Float64; y @1 :Float64 = 1.0; label @2 :Text; }

struct Defaults {
  point @0 :Point = (x = 3.5, label = "origin");
  numbers @1 :List(Int16) = [1, -2, 3];
  bools @2 :List(Bool) = [true, false, true];
  texts @3 :List(Text) = ["a", "", "ccc"];
  points @4 :List(Point) = [(x = 1), (y = 2, label = "two"), ()];
  lists @5 :List(List(UInt8)) = [[1], [], [2, 3]];
  inner @6 :Inner = (point = (x = 9));
  plain @7 :Point;
  either :union {
    left @8 :Point = (x = -1);
    right @9 :Text = "right";
  }
}

struct Inner { point @0 :Point = (x = 7, y = 7); count @1 :UInt32 = 42; }

const unset :Defaults = ();
const zeroed :Defaults = (
  point = (x = 0, y = 0), numbers = [], bools = [], texts = [], points = [], lists = [], inner = (count = 0), plain = ());
const set :Defaults = (
  point = (x = 1, y = 2, label = "set"), numbers = [7], bools = [false], texts = ["t"], points = [(x = 5)],
  lists = [[9]], inner = (point = (x = 1), count = 1), plain = (label = "plain"), either = (right = "R"));
const rightUnset :Defaults = (either = (right = "right"));
