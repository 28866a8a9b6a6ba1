# Bits, and the holes of a byte.
@0x9a00000000000002;

struct OneBit { a @0 :Bool; }
struct EightBits { a @0 :Bool; b @1 :Bool; c @2 :Bool; d @3 :Bool; e @4 :Bool; f @5 :Bool; g @6 :Bool; h @7 :Bool; }
struct NineBits { a @0 :Bool; b @1 :Bool; c @2 :Bool; d @3 :Bool; e @4 :Bool; f @5 :Bool; g @6 :Bool; h @7 :Bool; i @8 :Bool; }
struct BitThenWord { a @0 :Bool; w @1 :UInt64; b @2 :Bool; c @3 :UInt8; d @4 :Bool; e @5 :UInt16; f @6 :Bool; g @7 :UInt32; h @8 :Bool; }
struct BitsBetween { a @0 :UInt8; b @1 :Bool; c @2 :UInt8; d @3 :Bool; e @4 :UInt8; f @5 :UInt8; g @6 :Bool; }
struct BitAndByteHole { a @0 :Bool; b @1 :UInt16; c @2 :UInt8; d @3 :UInt8; e @4 :Bool; f @5 :UInt32; g @6 :UInt8; }
struct BitDefaults { a @0 :Bool = true; b @1 :Bool = false; c @2 :Bool = true; x @3 :UInt8 = 0xaa; d @4 :Bool = true; }
