# Where the discriminant of a union goes: allocated with the second alternative, in whatever hole there is then.
@0x9a0000000000002d;

struct InHole { a @0 :UInt32; b @1 :UInt64; u :union { c @2 :UInt8; d @3 :UInt8; } e @4 :UInt16; }
struct Behind { a @0 :UInt64; u :union { c @1 :UInt64; d @2 :UInt8; } e @3 :UInt16; }
struct LateSecond { u :union { c @0 :UInt8; d @5 :UInt8; } a @1 :UInt8; b @2 :UInt16; e @3 :UInt32; f @4 :UInt64; }
struct Three { u :union { a @0 :Void; b @3 :Void; } v :union { c @1 :Void; d @4 :Void; } w :union { e @2 :Void; f @5 :Void; } x @6 :UInt16; y @7 :Bool; }
struct OfGroups { u :union { g :group { a @0 :UInt8; } h :group { b @2 :UInt8; c @3 :UInt16; } } d @1 :UInt32; }
struct Nested { u :union { g :group { union { a @0 :Bool; b @1 :Bool; } c @2 :Bool; } h :group { union { d @3 :UInt16; e @4 :UInt8; } f @5 :Text; } } i @6 :UInt16; }
struct InGroups { g :group { union { a @0 :UInt8; b @2 :UInt8; } } h :group { union { c @1 :UInt8; d @3 :UInt8; } } union { e @4 :UInt8; f @5 :UInt8; } }
struct OnlyPointers { u :union { a @0 :Text; b @1 :Text; } v :union { c @2 :Text; d @3 :Text; } e @4 :Bool; }
