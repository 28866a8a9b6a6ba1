# Ids given, and ids derived from the parent's and the name.
@0xfedcba9876543210;

struct Derived { struct Inner { struct Inner { a @0 :Text; } } g :group { a @0 :Text; u :union { b @1 :Text; c @2 :Text; } } enum E { a @0; } const c :Int8 = 1; annotation n(*) :Void; interface I { m @0 (a :Int8) -> (b :Int8); } }
struct Given @0x8000000000000000 { struct Inner { a @0 :Text; } g :group { a @0 :Text; } enum E { a @0; } const c :Int8 = 1; annotation n(*) :Void; interface I { m @0 (a :Int8) -> (b :Int8); } }
