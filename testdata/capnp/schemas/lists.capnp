# Lists of every type.
@0x9a00000000000020;

struct Lists {
  a @0 :List(Void); b @1 :List(Bool); c @2 :List(Int8); d @3 :List(Int16); e @4 :List(Int32); f @5 :List(Int64);
  g @6 :List(UInt8); h @7 :List(UInt16); i @8 :List(UInt32); j @9 :List(UInt64); k @10 :List(Float32); l @11 :List(Float64);
  m @12 :List(Text); n @13 :List(Data); o @14 :List(Lists); p @15 :List(Kind); q @16 :List(List(Bool)); r @17 :List(List(List(Lists)));
  s @18 :List(Service);
}
enum Kind { a @0; b @1; }
interface Service {}
const nested :List(List(List(Int8))) = [[[1], []], [], [[2, 3], [4]]];
const bools :List(List(Bool)) = [[true], [], [false, true, true, true, true, true, true, true, true]];
const data :List(Data) = ["x", 0x"ff", ""];
const floats :List(Float64) = [1, -1, 0.5, inf, -inf, nan, 1e-7];
const structs :List(Lists) = [(a = [void]), (c = [-1, 1], p = [b]), (o = [(m = ["deep"])])];
const kinds :List(Kind) = [a, b];
