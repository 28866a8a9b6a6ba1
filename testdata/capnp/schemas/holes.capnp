# Holes of all sizes, filled by later fields.
@0x9a00000000000003;

struct Falling { a @0 :UInt64; b @1 :UInt32; c @2 :UInt16; d @3 :UInt8; e @4 :Bool; }
struct Rising { a @0 :Bool; b @1 :UInt8; c @2 :UInt16; d @3 :UInt32; e @4 :UInt64; f @5 :Bool; g @6 :UInt8; h @7 :UInt16; i @8 :UInt32; }
struct Alternating {
  a @0 :UInt8; b @1 :UInt64; c @2 :UInt8; d @3 :UInt32; e @4 :UInt8; f @5 :UInt16; g @6 :UInt8; h @7 :UInt16; i @8 :UInt32;
  j @9 :UInt8; k @10 :UInt16; l @11 :UInt64; m @12 :UInt8; n @13 :Bool; o @14 :UInt16; p @15 :Bool;
}
struct Later { a @0 :UInt32; b @1 :UInt64; c @2 :UInt64; d @3 :UInt32; e @4 :UInt16; f @5 :UInt64; g @6 :UInt16; h @7 :UInt32; i @8 :UInt8; }
struct WithPointers { a @0 :Text; b @1 :UInt8; c @2 :Data; d @3 :UInt64; e @4 :List(Int8); f @5 :UInt32; g @6 :WithPointers; h @7 :UInt16; }
struct Floats { a @0 :Float32; b @1 :Float64; c @2 :Float32; d @3 :Int16; e @4 :Float32; }
struct Voids { a @0 :Void; b @1 :UInt8; c @2 :Void; d @3 :Void; e @4 :Text; }
