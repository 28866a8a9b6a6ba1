# How the alternatives of a union use one another's space, and when a location grows into the hole behind it.
@0x9a00000000000009;

struct GrowsInPlace { union { a @0 :UInt8; b @1 :UInt16; c @2 :UInt32; d @3 :UInt64; } }
struct CannotGrow { union { a @0 :UInt8; x @1 :UInt8; } between @2 :UInt8; v :union { b @3 :UInt16; c @4 :UInt32; } tail @5 :UInt8; }
struct GrowBlocked { u :union { a @0 :UInt8; g :group { x @1 :UInt8; y @3 :UInt8; z @4 :UInt16; } } between @2 :UInt8; rest @5 :UInt64; }
struct ManySmall {
  union {
    g :group { a @0 :Bool; b @1 :Bool; c @2 :UInt8; d @3 :Bool; e @4 :UInt16; f @5 :Bool; }
    h :group { a @6 :UInt8; b @7 :Bool; c @8 :Bool; d @9 :UInt8; e @10 :UInt32; f @11 :UInt64; }
    i :group { a @12 :UInt16; b @13 :UInt16; c @14 :UInt16; d @15 :UInt16; e @16 :UInt16; }
  }
  j @17 :Bool;
  k @18 :UInt8;
}
struct Interleaved {
  u :union { a @0 :UInt8; g :group { b @3 :UInt16; c @6 :UInt8; d @9 :UInt32; } }
  v :union { a @1 :UInt8; g :group { b @4 :UInt16; c @7 :UInt8; d @10 :UInt32; } }
  w :union { a @2 :UInt8; g :group { b @5 :UInt16; c @8 :UInt8; d @11 :UInt64; } }
}
struct PointersShared {
  union {
    g :group { a @0 :Text; b @1 :Text; }
    h :group { a @2 :Text; b @3 :Text; c @4 :Text; }
    i @5 :Data;
  }
  p @6 :Text;
  u :union { x @7 :Text; g2 :group { y @8 :Text; z @9 :Text; } }
}
struct VoidsOnly { union { a @0 :Void; g :group { b @1 :Void; c @2 :Void; } } }
struct OneMemberAtATime { u :union { a :group { x @0 :UInt16; y @2 :UInt16; } b :group { x @1 :UInt32; y @3 :UInt8; z @4 :UInt8; } } }
