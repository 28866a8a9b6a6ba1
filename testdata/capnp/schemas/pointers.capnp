# Pointers without a type.
@0x9a0000000000001f;

interface Service {}
struct Pointers {
  any @0 :AnyPointer;
  struct @1 :AnyStruct;
  list @2 :AnyList;
  capability @3 :Capability;
  service @4 :Service;
  union { a @5 :AnyPointer; b @6 :Capability; }
  lists @7 :List(List(Service));
  capabilities @8 :List(Capability);
  services @9 :List(Service);
}
