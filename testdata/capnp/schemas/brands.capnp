# Generic types of other files, and parameters handed through several scopes.
@0x9a0000000000002a;

using Generics = import "generics.capnp";
using Shared = import "/shared.capnp".Shared;
struct Through(T) {
  a @0 :Generics.Outer(T).Inner;
  b @1 :Generics.Outer(Generics.Box(T)).Generic(T);
  c @2 :Shared(T).Inner;
  d @3 :Deeper(Text);
  struct Deeper(U) {
    a @0 :Through(U).Deeper(T);
    b @1 :Deeper(U);
    c @2 :Deeper;
    d @3 :Through(T);
    e @4 :Through;
    using Local = Generics.Pair(T, U);
    f @5 :Local;
    g @6 :List(Local);
    h :group { i @7 :T; union { j @8 :U; k @9 :Generics.Box(T); } }
  }
  using Fixed = Deeper(Data);
  e @4 :Fixed;
  f @5 :Generics.Outer(T).Kind;
  interface Service(U) extends(Store(U)) { get @0 [V] (t :T, u :U, v :V) -> (d :Deeper(V)); }
  interface Store(U) { put @0 (t :T, u :U) -> (); }
}
struct Uses {
  a @0 :Through(Text).Deeper(Data);
  b @1 :Through(Text).Fixed;
  c @2 :Through(Text).Service(Data);
  d @3 :Through.Service(Data);
  e @4 :Generics.Short;
  f @5 :Generics.Short.Generic(Uses);
}
interface Last extends(Through(Text).Service(Data)) {}
