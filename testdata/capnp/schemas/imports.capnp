# Imports: beside this file, in a folder, and through the directories of imports.
@0x9a00000000000015;

using Shared = import "/shared.capnp";
using Sub = import "sub/below.capnp";
using Up = import "./sub/../scopes.capnp";
$Shared.mark("the file");

struct Uses $Shared.mark("a struct") $Shared.level(other) {
  a @0 :Shared.Shared(Text) $Shared.level(plain);
  b @1 :Shared.Shared(Data).Inner = (kind = plain, its = "its");
  c @2 :Shared.Shared(Text).Kind = other;
  d @3 :Sub.Below;
  e @4 :Up.X;
  f @5 :Int32 = Shared.answer;
  g @6 :Shared.Shared(Text).Inner = Shared.inner;
  h @7 :Sub.Above;
}
