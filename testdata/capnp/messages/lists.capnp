# All kinds of lists.
@0xe0a1c1f04b6d7a02;

enum Colour { red @0; green @1; blue @2; }
struct Nothing {}
struct Pair { a @0 :UInt32; b @1 :Text; }
struct Wide { x @0 :Int64; y @1 :Int64 = 5; name @2 :Text; next @3 :Wide; more @4 :List(Wide); flag @5 :Bool = true; }

struct Lists {
  void @0 :List(Void);
  bool @1 :List(Bool);
  int8 @2 :List(Int8);
  int16 @3 :List(Int16);
  int32 @4 :List(Int32);
  int64 @5 :List(Int64);
  uint8 @6 :List(UInt8);
  uint16 @7 :List(UInt16);
  uint32 @8 :List(UInt32);
  uint64 @9 :List(UInt64);
  float32 @10 :List(Float32);
  float64 @11 :List(Float64);
  text @12 :List(Text);
  data @13 :List(Data);
  colour @14 :List(Colour);
  pair @15 :List(Pair);
  nothing @16 :List(Nothing);
}

struct Nested {
  ints @0 :List(List(Int32));
  bools @1 :List(List(Bool));
  texts @2 :List(List(Text));
  pairs @3 :List(List(Pair));
  deep @4 :List(List(List(List(UInt8))));
  voids @5 :List(List(Void));
  wides @6 :List(Wide);
}

struct Bools {
  n0 @0 :List(Bool);
  n1 @1 :List(Bool);
  n7 @2 :List(Bool);
  n8 @3 :List(Bool);
  n9 @4 :List(Bool);
  n64 @5 :List(Bool);
  n65 @6 :List(Bool);
}

const null :Lists = ();
const empty :Lists = (
  void = [], bool = [], int8 = [], int16 = [], int32 = [], int64 = [], uint8 = [], uint16 = [], uint32 = [],
  uint64 = [], float32 = [], float64 = [], text = [], data = [], colour = [], pair = [], nothing = []);
const all :Lists = (
  void = [void, void, void],
  bool = [true, false, true, true, false, false, false, true, true, false, true],
  int8 = [-128, -1, 0, 1, 127],
  int16 = [-32768, -1, 0, 1, 32767],
  int32 = [-2147483648, -1, 0, 1, 2147483647],
  int64 = [-9223372036854775808, -1, 0, 1, 9223372036854775807],
  uint8 = [0, 1, 128, 255],
  uint16 = [0, 1, 32768, 65535],
  uint32 = [0, 1, 2147483648, 4294967295],
  uint64 = [0, 1, 9223372036854775808, 18446744073709551615],
  float32 = [0, -0.0, 1.5, -0.1, inf, -inf, nan],
  float64 = [0, -0.0, 1.5, -0.1, 1e300, inf, -inf, nan],
  text = ["", "one", "zwei", "drei und mehr als acht"],
  data = ["", 0x"00 01 fe ff", "text"],
  colour = [blue, red, green, blue],
  pair = [(a = 1, b = "eins"), (), (a = 3), (b = "vier")],
  nothing = [(), (), (), (), ()]);
const one :Lists = (
  void = [void], bool = [true], int8 = [-1], int16 = [-2], int32 = [-3], int64 = [-4], uint8 = [5], uint16 = [6],
  uint32 = [7], uint64 = [8], float32 = [9], float64 = [10], text = ["11"], data = ["12"], colour = [green],
  pair = [(a = 14)], nothing = [()]);
const nested :Nested = (
  ints = [[1, 2, 3], [], [4], [-5, -6]],
  bools = [[true], [], [false, true, false, true, true, true, true, true, true]],
  texts = [["a", "b"], [], [""]],
  pairs = [[(a = 1, b = "x"), (a = 2)], [], [()]],
  deep = [[[[1, 2], [3]], []], [], [[[255]]]],
  voids = [[void], [], [void, void]],
  wides = [
    (x = 1, y = 2, name = "first", flag = false, next = (x = 10, next = (x = 100, name = "deep"))),
    (),
    (more = [(x = 3), (x = 4, more = [(name = "grandchild")])])]);
const nestedNull :Nested = (ints = [[], [], []], pairs = []);
const bools :Bools = (
  n0 = [],
  n1 = [true],
  n7 = [true, false, true, false, true, false, true],
  n8 = [false, true, true, true, true, true, true, false],
  n9 = [false, false, false, false, false, false, false, false, true],
  n64 = [
    true, false, false, false, false, false, false, false, false, true, false, false, false, false, false, false,
    false, false, true, false, false, false, false, false, false, false, false, true, false, false, false, false,
    false, false, false, false, true, false, false, false, false, false, false, false, false, true, false, false,
    false, false, false, false, false, false, true, false, false, false, false, false, false, false, false, true],
  n65 = [
    true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
    false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
    true, false, true, false, true, false, true, false, true, false, true, false, true, false, true, false,
    false, false, true, true, false, false, true, true, false, false, true, true, false, false, true, true, true]);
