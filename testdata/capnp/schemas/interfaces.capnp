# Interfaces.
@0x9a0000000000000d;

interface Empty {}
interface Simple { a @0 (); b @1 () -> (); c @2 (x :Int32) -> (y :Text); }
interface Base @0xabcdabcdabcdabcd { base @0 (n :Int32 = 3) -> (); }
interface Other { other @0 (); }
interface Derived extends(Base) { own @0 () -> (it :Derived); }
interface Two extends(Base, Other) {}
interface Diamond extends(Derived, Two) { d @0 (); }
struct Request { a @0 :Text; }
struct Response { b @0 :Text; cap @1 :Simple; caps @2 :List(Simple); }
interface Structs { call @0 Request -> Response; half @1 Request -> (n :Int32); other @2 (n :Int32) -> Response; only @3 Request; }
interface Backwards { c @2 (c :Int8); b @1 (b :Int8); a @0 (a :Int8); }
interface Params {
  many @0 (a :Bool, b :UInt64, c :Bool = true, d :Text, e :List(Int8) = [1], f :Params, g :AnyPointer, h :Float32 = 0.5) -> (a :Bool, s :Structs);
}
interface Nested {
  struct In { x @0 :Int32; }
  enum Kind { a @0; b @1; }
  const k :Int32 = 4;
  interface Deeper { go @0 In -> (kind :Kind = b, in :In = (x = 5)); }
  get @0 () -> (deeper :Deeper);
}
struct Holder { s @0 :Simple; l @1 :List(Derived); c @2 :Capability; n @3 :Nested.Deeper; }
