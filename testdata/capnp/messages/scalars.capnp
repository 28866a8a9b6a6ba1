# All scalars, without and with defaults.
@0xe0a1c1f04b6d7a01;

enum Colour { red @0; green @1; blue @2; }

struct Scalars {
  void @0 :Void;
  bool @1 :Bool;
  int8 @2 :Int8;
  int16 @3 :Int16;
  int32 @4 :Int32;
  int64 @5 :Int64;
  uint8 @6 :UInt8;
  uint16 @7 :UInt16;
  uint32 @8 :UInt32;
  uint64 @9 :UInt64;
  float32 @10 :Float32;
  float64 @11 :Float64;
  colour @12 :Colour;
}

struct Defaults {
  bool @0 :Bool = true;
  int8 @1 :Int8 = -128;
  int16 @2 :Int16 = -12345;
  int32 @3 :Int32 = 0x7fffffff;
  int64 @4 :Int64 = -0x8000000000000000;
  uint8 @5 :UInt8 = 255;
  uint16 @6 :UInt16 = 0177777;
  uint32 @7 :UInt32 = 3000000000;
  uint64 @8 :UInt64 = 0xfedcba9876543210;
  float32 @9 :Float32 = 1.5;
  float64 @10 :Float64 = -2.5e-300;
  colour @11 :Colour = blue;
  nan @12 :Float64 = nan;
  infinity @13 :Float32 = inf;
  minusInfinity @14 :Float64 = -inf;
  minusZero @15 :Float64 = -0.0;
  nan32 @16 :Float32 = nan;
}

struct Flags {
  a @0 :Bool;
  b @1 :Bool = true;
  c @2 :UInt8 = 7;
  d @3 :Bool;
  e @4 :Bool = true;
  f @5 :Bool;
  g @6 :Bool = true;
  h @7 :Bool;
  i @8 :Bool = true;
  j @9 :Bool;
  k @10 :Bool = true;
  l @11 :UInt32;
  m @12 :Bool = true;
}

const zero :Scalars = ();
const max :Scalars = (
  bool = true, int8 = 127, int16 = 32767, int32 = 2147483647, int64 = 9223372036854775807,
  uint8 = 255, uint16 = 65535, uint32 = 4294967295, uint64 = 18446744073709551615,
  float32 = 3.4028234663852886e38, float64 = 1.7976931348623157e308, colour = blue);
const min :Scalars = (
  bool = false, int8 = -128, int16 = -32768, int32 = -2147483648, int64 = -9223372036854775808,
  float32 = 1.1754943508222875e-38, float64 = 2.2250738585072014e-308, colour = green);
const odd :Scalars = (
  bool = true, int8 = -1, int16 = -2, int32 = -3, int64 = -9007199254740993,
  uint8 = 1, uint16 = 2, uint32 = 3, uint64 = 9007199254740993, float32 = 0.1, float64 = 0.1);
const nans :Scalars = (float32 = nan, float64 = nan);
const infinities :Scalars = (float32 = inf, float64 = -inf);
const minusZeros :Scalars = (float32 = -0.0, float64 = -0.0);
const subnormals :Scalars = (float32 = 1e-45, float64 = 5e-324);
const plainFloats :Scalars = (float32 = 16777216, float64 = 123456789012345680000.0);
const smallFloats :Scalars = (float32 = 1.25e-7, float64 = 0.000001);

const defaultsUnset :Defaults = ();
const defaultsZero :Defaults = (
  bool = false, int8 = 0, int16 = 0, int32 = 0, int64 = 0, uint8 = 0, uint16 = 0, uint32 = 0, uint64 = 0,
  float32 = 0, float64 = 0, colour = red, nan = 0, infinity = 0, minusInfinity = 0, minusZero = 0, nan32 = 0);
const defaultsOther :Defaults = (
  bool = true, int8 = 1, int16 = 2, int32 = 3, int64 = 4, uint8 = 5, uint16 = 6, uint32 = 7, uint64 = 8,
  float32 = 9.5, float64 = 10.25, colour = green, nan = 1, infinity = -inf, minusInfinity = nan, minusZero = -0.0,
  nan32 = 2);

const flagsUnset :Flags = ();
const flagsTurned :Flags = (
  a = true, b = false, c = 0, d = true, e = false, f = true, g = false, h = true, i = false, j = true, k = false,
  l = 4294967295, m = false);
const flagsSome :Flags = (a = true, c = 200, h = true, k = false);
