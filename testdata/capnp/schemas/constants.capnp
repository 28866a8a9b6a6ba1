# Constants, and constants that use others.
@0x9a0000000000000b;

const bool :Bool = true;
const int8 :Int8 = -8;
const int16 :Int16 = -1600;
const int32 :Int32 = -320000;
const int64 :Int64 = -64000000000;
const uint8 :UInt8 = 200;
const uint16 :UInt16 = 0xffff;
const uint32 :UInt32 = 4000000000;
const uint64 :UInt64 = 0xfedcba9876543210;
const float32 :Float32 = 0.1;
const float64 :Float64 = 0.1;
const void :Void = void;
const text :Text = "text";
const data :Data = 0x"00 11 22 ff";
const dataFromText :Data = "text";
const list :List(Int32) = [1, -2, .int32];
const given @0xc0ffee00c0ffee00 :Text = "given id";
struct Point { x @0 :Int32; y @1 :Int32 = 5; name @2 :Text; const origin :Point = (x = 0, y = 0, name = "origin"); }
const point :Point = (x = 1, y = .int32, name = .text);
const points :List(Point) = [.point, (x = 2), .Point.origin, ()];
const sameText :Text = .text;
const twice :Text = .sameText;
const wide :Float64 = .float32;
const fromInt :Float64 = .int32;
const texts :List(Text) = ["a", .text, "c"];
const lists :List(List(Int32)) = [[1], .list, []];
struct Uses {
  a @0 :Int32 = .int32;
  b @1 :Text = .text;
  c @2 :Point = .point;
  d @3 :List(Point) = .points;
  e @4 :Point = (x = .int32, name = .twice);
  f @5 :Data = .data;
  const local :Int32 = 9;
  g @6 :Int32 = Uses.local;
  h @7 :Point = Point.origin;
}
const later :Int32 = .defined;
const defined :Int32 = 11;
