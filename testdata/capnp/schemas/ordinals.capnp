# Ordinals in another order than the text's.
@0x9a00000000000004;

struct Backwards { d @3 :UInt8; c @2 :UInt64; b @1 :Bool; a @0 :Text; }
struct Mixed {
  e @4 :UInt16;
  u :union { c @2 :UInt32; f @5 :UInt64; b @1 :Bool; }
  a @0 :UInt8;
  g :group { h @7 :Text; d @3 :UInt8; i @6 :Bool; }
}
struct AcrossGroups {
  x :group { a @6 :UInt8; b @1 :UInt8; c @4 :UInt32; }
  y :group { a @0 :UInt32; b @3 :UInt8; z :group { a @2 :Bool; b @5 :UInt16; } }
}
struct AcrossUnions {
  x :union { a @6 :UInt8; b @1 :UInt8; c @4 :UInt32; }
  y :union { a @0 :UInt32; b @3 :UInt8; z :group { a @2 :Bool; b @5 :UInt16; } }
}
enum Backwardly { third @2; first @0; second @1; }
interface Methods { c @2 () -> (); a @0 () -> (); b @1 (); }
