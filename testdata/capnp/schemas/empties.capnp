# What has nothing in it.
@0x9a0000000000001d;

struct Nothing {}
struct Voids { a @0 :Void; b @1 :Void = void; }
struct VoidUnion { union { a @0 :Void; b @1 :Void; } }
interface Nobody {}
struct Uses { a @0 :Nothing; b @1 :List(Nothing); c @2 :List(Voids) = [(), ()]; d @3 :Nobody; e @4 :Nothing = (); }
const nothing :Nothing = ();
const nothings :List(Nothing) = [(), (), ()];
const none :List(Nothing) = [];
