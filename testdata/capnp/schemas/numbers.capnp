# Numbers in all notations, as defaults.
@0x9a00000000000001;

struct Numbers {
  decimal @0 :Int32 = 1234567;
  negative @1 :Int32 = -1234567;
  hex @2 :UInt32 = 0xDeadBeef;
  negativeHex @3 :Int32 = -0x7f;
  octal @4 :UInt16 = 0777;
  zero @5 :UInt8 = 0;
  zeros @6 :UInt8 = 00;
  smallest8 @7 :Int8 = -128;
  largest8 @8 :Int8 = 127;
  smallest64 @9 :Int64 = -9223372036854775808;
  largest64 @10 :Int64 = 9223372036854775807;
  largestU64 @11 :UInt64 = 18446744073709551615;
  hex64 @12 :UInt64 = 0xffffffffffffffff;
  negativeHex64 @13 :Int64 = -0x8000000000000000;
  float @14 :Float32 = 1.5;
  floatInteger @15 :Float64 = 3;
  floatNegativeInteger @16 :Float64 = -3;
  floatExponent @17 :Float64 = 1e3;
  floatBigExponent @18 :Float64 = 1.5E+300;
  floatSmall @19 :Float64 = 2.5e-300;
  floatNegative @20 :Float32 = -0.1;
  floatRounded @21 :Float32 = 0.123456789;
  floatHuge @22 :Float64 = 123456789012345678901234567890.0;
  infinity @23 :Float64 = inf;
  minusInfinity @24 :Float32 = -inf;
  notANumber @25 :Float64 = nan;
  notANumber32 @26 :Float32 = nan;
  minusZero @27 :Float64 = -0.0;
  floatHex @28 :Float64 = 0x10;
  floatUInt64 @29 :Float64 = 18446744073709551615;
  floatMinInt64 @30 :Float64 = -9223372036854775808;
  tiny @31 :Float64 = 5e-324;
  under @32 :Float64 = 1e-400;
  float32Under @33 :Float32 = 1e-50;
  true @34 :Bool = true;
  false @35 :Bool = false;
  void @36 :Void = void;
  float32Big @37 :Float32 = 16777217;
  point @38 :Float64 = 0.5;
  oddFloat @39 :Float64 = 9007199254740993;
}
