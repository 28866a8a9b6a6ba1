# A struct that grew in every way the rules allow.
@0x9a00000000000027;

struct Version1 { a @0 :UInt8; b @1 :Text; c @2 :UInt32; }
struct Version2 { a @0 :UInt8; renamed @1 :Text; c @2 :UInt32; d @3 :UInt8; e @4 :List(Version1); }
struct Version3 {
  g :group { a @0 :UInt8; d @3 :UInt8; }
  union { renamed @1 :Text; other @5 :Version2; more @6 :UInt64; }
  u :union { c @2 :UInt32; h :group { i @7 :UInt16; j @8 :UInt16; k @9 :UInt8; } }
  e @4 :List(Version2);
}
