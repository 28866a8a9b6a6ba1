# Unions with names and without.
@0x9a00000000000006;

struct Named { u :union { a @0 :UInt8; b @1 :UInt16; c @2 :Text; d @3 :Void; } }
struct Unnamed { union { a @0 :UInt8; b @1 :UInt16; c @2 :Text; d @3 :Void; } }
struct Both { union { a @0 :UInt64; b @1 :UInt8; } u :union { a @2 :Bool; b @3 :Bool; } x @4 :UInt16; v :union { a @5 :Void; b @6 :Void; } }
struct Two { a :union { x @0 :UInt8; y @1 :UInt32; } b :union { x @2 :UInt64; y @3 :Text; } c @4 :Bool; }
struct Bits { union { a @0 :Bool; b @1 :Bool; c @2 :UInt8; d @3 :Bool; } e @4 :Bool; }
struct Pointers { union { a @0 :Text; b @1 :Data; c @2 :List(Pointers); d @3 :Pointers; e @4 :AnyPointer; } t @5 :Text; }
struct Growing { union { a @0 :Bool; b @1 :UInt8; c @2 :UInt16; d @3 :UInt32; e @4 :UInt64; } x @5 :UInt8; }
struct Shrinking { union { a @0 :UInt64; b @1 :UInt32; c @2 :UInt16; d @3 :UInt8; e @4 :Bool; } x @5 :UInt8; }
struct Defaults { union { a @0 :UInt32 = 5; b @1 :Bool = true; c @2 :Float64 = 1.25; d @3 :Text = "t"; e @4 :Int8 = -1; } }
struct Many { union { a @0 :Void; b @1 :Void; c @2 :Void; } u :union { a @3 :UInt16; b @4 :Void; } x @5 :UInt16; y @6 :UInt16; z @7 :UInt16; }
struct Interleaved { a @0 :UInt8; u :union { b @1 :UInt8; d @3 :UInt16; f @5 :UInt32; } c @2 :UInt8; e @4 :UInt8; g @6 :UInt8; }
