# Annotations, constants and enums that are declared within other declarations.
@0x9a0000000000002b;

struct Outer $Outer.mine("itself") {
  annotation mine(struct, field) :Text;
  annotation kind(enumerant, field) :Kind;
  enum Kind { a @0 $Outer.mine2(5); b @1; }
  annotation mine2(enumerant) :Int8;
  const text :Text = "inner text";
  a @0 :UInt8 $mine(.Outer.text) $kind(b);
  struct Inner $mine("inner") { b @0 :Kind = b $kind(a); }
}
interface Service {
  annotation mine(method, param) :Outer.Kind;
  struct Value { x @0 :Int32; }
  annotation value(interface, method) :Value;
  call @0 (a :Int8 $mine(a)) -> () $mine(b) $value(x = 1);
}
struct Other $Outer.mine("other") { c @0 :Service.Value = (x = 3) $Outer.kind(a) $Outer.mine(Outer.text); }
