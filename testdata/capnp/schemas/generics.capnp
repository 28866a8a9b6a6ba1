# Generic types: brands bound, unbound, inherited and nested.
@0x9a0000000000000f;

struct Box(T) { it @0 :T; }
struct Pair(A, B) { a @0 :A; b @1 :B; swapped @2 :Pair(B, A); same @3 :Pair(A, A); self @4 :Pair; }
struct Outer(T) {
  t @0 :T;
  inner @1 :Inner;
  struct Inner { t @0 :T; box @1 :Box(T); outer @2 :Outer(T); other @3 :Outer(Text); }
  struct Generic(U) { t @0 :T; u @1 :U; pair @2 :Pair(T, U); deeper @3 :Deeper; struct Deeper { t @0 :T; u @1 :U; g @2 :Generic(T); } }
  interface Service { get @0 (t :T) -> (inner :Inner, g :Generic(Text)); }
  enum Kind { a @0; b @1; }
  kind @2 :Kind = b;
  generic @3 :Generic(Box(T));
  unbound @4 :Generic;
}
struct Uses {
  a @0 :Box(Text);
  b @1 :Box(Box(Data));
  c @2 :Pair(Text, List(Int32));
  d @3 :Outer(Text).Inner;
  e @4 :Outer(Text).Generic(Data);
  f @5 :Outer(Text).Generic(Data).Deeper;
  g @6 :Outer.Inner;
  h @7 :Outer.Generic(Data).Deeper;
  i @8 :Outer(Uses).Kind = a;
  j @9 :List(Box(Text));
  k @10 :Box(AnyPointer);
  l @11 :Box(Outer(Text).Service);
  m @12 :Outer(Text).Service;
  n @13 :Box;
  o @14 :Box(List(List(Box(Text))));
}
using Short = Outer(Text);
using Shorter = Short.Inner;
using AlsoBox = Box;
struct Aliased { a @0 :Short; b @1 :Shorter; c @2 :AlsoBox(Text); d @3 :Short.Generic(Data); e @4 :Short.Generic(Data).Deeper; }
const box :Box(Text) = (it = "boxed");
const boxes :Box(Box(List(Int8))) = (it = (it = [1, 2, 3]));
const boxDefault :List(Box(Text)) = [(it = "a"), ()];
struct BoxDefault { b @0 :Box(Text) = (it = "default"); p @1 :Pair(Text, Box(Data)) = (a = "a", b = (it = "data")); }
