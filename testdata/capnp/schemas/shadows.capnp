# An alias that bears the name of what it stands for: it looks for that outside of itself.
@0x9a0000000000002e;

using Text = Text;
struct B { c @0 :Int8; }
struct A {
  using B = B;
  using Data = .B;
  struct Inner { using A = A; using B = B; a @0 :A; b @1 :B; }
  a @0 :B;
  b @1 :Text;
  c @2 :Data;
  d @3 :Inner.B;
}
struct C {
  using C = D.C;
  c @0 :C;
}
struct D { struct C { d @0 :Int8; } using Here = C; here @0 :Here; }
