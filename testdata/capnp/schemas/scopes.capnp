# Names are looked up from the inside out.
@0x9a00000000000011;

struct A {
  struct A2 { struct A3 { a @0 :A; a2 @1 :A2; b @2 :B; c @3 :A2.A3; d @4 : .B.A; x @5 :X; } struct X { n @0 :Int8; } }
  struct B { it @0 : .B; self @1 :B; }
  b @0 :B;
  outer @1 : .B;
  inner @2 :A2.A3;
  x @3 :X;
}
struct B { struct A { a @0 :Text; } a @0 :A; outer @1 : .A; deep @2 : .A.A2.A3; }
struct X { n @0 :Int64; }
struct Shadow {
  struct Text { t @0 :Int32; }
  own @0 :Text;
  list @1 :List(Text);
}
struct Constants {
  const c :Int32 = 1;
  struct In { const c :Int32 = 2; a @0 :Int32 = In.c; b @1 :Int32 = Constants.c; d @2 :Int32 = .c; }
  a @0 :Int32 = Constants.c;
}
const c :Int32 = 3;
struct Recursive { a @0 :Recursive; b @1 :List(Recursive); c @2 :Mutual; union { d @3 :Recursive; e @4 :Void; } }
struct Mutual { r @0 :Recursive; m @1 :List(Mutual); }
