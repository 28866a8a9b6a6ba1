# Unions whose first alternatives are groups, and groups of one field.
@0x9a00000000000029;

struct A { union { g :group { a @0 :UInt8; } h :group { b @1 :UInt8; } } }
struct B { g :group { a @0 :UInt64; } union { h :group { b @1 :UInt64; c @2 :UInt64; } i @3 :Void; } }
struct C { x @0 :Bool; u :union { g :group { a @1 :Bool; b @2 :Bool; } h :group { a @3 :Bool; b @4 :UInt8; c @5 :Bool; } } y @6 :Bool; }
struct D { u :union { a @0 :Bool; b @1 :Bool; } v :union { a @2 :Bool; b @3 :Bool; } w :union { a @4 :Bool; b @5 :UInt16; } }
struct E { x @0 :UInt16; u :union { a @1 :UInt8; g :group { b @2 :UInt8; c @3 :UInt8; d @4 :UInt16; e @5 :UInt32; } } y @6 :UInt8; }
struct F { u :union { g :group { v :union { a @0 :UInt8; b @1 :UInt8; } w :union { a @2 :UInt16; b @3 :UInt32; } } c @4 :UInt64; } }
