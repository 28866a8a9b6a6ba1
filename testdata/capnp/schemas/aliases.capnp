# `using`.
@0x9a00000000000012;

using Other = import "scopes.capnp";
using import "scopes.capnp".A;
using Deep = Other.A.A2.A3;
using Number = Int64;
using Numbers = List(Number);
using T = Text;
using Again = T;
struct Uses {
  using Local = Deep;
  using Inner = .Uses.Of;
  struct Of { n @0 :Number = 5; }
  a @0 :A;
  b @1 :Other.B.A;
  c @2 :Deep;
  d @3 :Local;
  e @4 :Number = -1;
  f @5 :Numbers = [1, 2];
  g @6 :Again = "again";
  h @7 :Inner;
  i @8 :List(Inner);
  j @9 :A.A2;
  k @10 :import "scopes.capnp".X;
  l @11 :Int32 = Other.c;
  m @12 :Int32 = Other.Constants.c;
  n @13 :Int32 = import "scopes.capnp".Constants.In.c;
}
using Uses.Of;
struct UsesOf { o @0 :Of; }
const c :Int32 = Other.c;
