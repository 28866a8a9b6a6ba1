# Structs whose lists have an element size of their own.
@0x9a0000000000001e;

struct Empty {}
struct Bit { a @0 :Bool; }
struct TwoBits { a @0 :Bool; b @1 :Bool; }
struct Byte { a @0 :UInt8; }
struct TwoBytes { a @0 :UInt16; }
struct ThreeBytes { a @0 :UInt16; b @1 :UInt8; }
struct FourBytes { a @0 :Float32; }
struct EightBytes { a @0 :Int64; }
struct SixteenBytes { a @0 :Int64; b @1 :Int64; }
struct Pointer { a @0 :Text; }
struct TwoPointers { a @0 :Text; b @1 :Text; }
struct Both { a @0 :Text; b @1 :Bool; }
struct VoidAndByte { a @0 :Void; b @1 :UInt8; }
struct BytesInWord { a @0 :UInt8; b @1 :UInt8; }
struct UnionOfBytes { union { a @0 :UInt8; b @1 :UInt8; } }
struct All {
  a @0 :List(Empty); b @1 :List(Bit) = [(a = true), ()]; c @2 :List(TwoBits); d @3 :List(Byte) = [(a = 1), (a = 2)]; e @4 :List(TwoBytes) = [(a = 500)];
  f @5 :List(ThreeBytes); g @6 :List(FourBytes) = [(a = 1.5)]; h @7 :List(EightBytes) = [(a = -1), (a = 1)]; i @8 :List(SixteenBytes);
  j @9 :List(Pointer) = [(a = "x"), ()]; k @10 :List(TwoPointers); l @11 :List(Both) = [(a = "y", b = true)];
}
