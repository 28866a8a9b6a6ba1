# Groups: names for parts of a struct.
@0x9a00000000000005;

struct Plain { a @0 :UInt8; g :group { b @1 :UInt16; c @2 :Text; } d @3 :UInt8; }
struct Nested { g :group { a @0 :UInt8; h :group { b @1 :UInt8; i :group { c @2 :Bool; d @3 :Float64; } } e @4 :Text; } }
struct Same { one :group { a @0 :UInt8; b @1 :UInt8; } two :group { a @2 :UInt8; b @3 :UInt8; } }
struct WithDefaults { g :group { a @0 :UInt8 = 7; t @1 :Text = "text"; l @2 :List(UInt8) = [1, 2]; f @3 :Float32 = -1.5; b @4 :Bool = true; } }
struct Outside {
  g :group { x @0 :Inside; y @1 :List(Inside); e @2 :Kind = two; }
  struct Inside { a @0 :UInt8; }
  enum Kind { one @0; two @1; }
}
