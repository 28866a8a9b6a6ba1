# Pointers without a type, and capabilities.
@0xe0a1c1f04b6d7a07;

interface Service { call @0 () -> (); }

struct Pointers {
  before @0 :UInt32;
  any @1 :AnyPointer;
  struct @2 :AnyStruct;
  list @3 :AnyList;
  service @4 :Service;
  anyCapability @5 :Capability;
  services @6 :List(Service);
  after @7 :Text;
}

# The same message with types for some of the pointers.
struct Whole {
  before @0 :UInt32;
  any @1 :List(Text);
  struct @2 :Inner;
  list @3 :List(Inner);
  anyCapability @4 :AnyPointer;
  service @5 :AnyPointer;
  services @6 :AnyPointer;
  after @7 :Text;
  struct Inner { a @0 :UInt64; b @1 :Text; }
}

# The same message without its pointers.
struct Start { before @0 :UInt32; }

const unset :Pointers = ();
const plain :Pointers = (before = 7, after = "text behind");
const filled :Whole = (
  before = 1, any = ["x", "y"], struct = (a = 2, b = "b"), list = [(a = 3), (b = "4")], after = "end");
