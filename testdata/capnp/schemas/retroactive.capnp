# A field that became one of a union later; unions whose ordinal is given (as it was before version 0.3).
@0x9a00000000000008;

struct First { union { a @0 :UInt32; b @2 :UInt64; } other @1 :UInt8; }
struct Later { x @0 :UInt8; u :union { a @1 :Text; b @4 :UInt8; } y @2 :UInt16; z @3 :UInt32; }
struct Pointer { u :union { a @0 :Text; b @1 :UInt8; } t @2 :Text; }
struct Explicit { u @1! :union { a @0 :UInt32; b @2 :UInt8; c @3 :UInt64; } x @4 :UInt8; }
struct ExplicitFirst { u @0! :union { a @1 :UInt32; b @2 :UInt8; } x @3 :UInt8; }
struct ExplicitBetween { x @0 :UInt64; u @2! :union { a @1 :Bool; b @3 :UInt64; c @4 :Text; } y @5 :UInt16; }
struct ExplicitLate { x @0 :UInt8; u @3! :union { a @2 :Bool; b @4 :UInt64; } y @1 :UInt16; }
struct TwoExplicit { v @0! :union { a @1 :UInt8; b @5 :UInt16; } u @3! :union { a @2 :UInt8; b @4 :UInt16; } }
struct InGroup { g :group { u @1! :union { a @0 :Bool; b @3 :UInt16; } x @2 :UInt8; } y @4 :UInt8; }
struct ExplicitNested { u @1! :union { a :group { x @0 :UInt8; v @2! :union { b @3 :UInt8; c @4 :UInt16; } } d @5 :UInt64; } }
struct ExplicitVoid { u @0! :union { a @1 :Void; b @2 :Void; } v @3! :union { c @4 :Void; d @5 :Void; } }
struct ManyBits { a @0 :Bool; u @1! :union { b @2 :Bool; c @3 :Bool; } d @4 :Bool; v :union { e @5 :Bool; f @6 :Bool; } g @7 :UInt8; }
