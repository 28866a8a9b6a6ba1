@0x9a00000000000016;

using Above = import "../scopes.capnp".A;
using Shared = import "/shared.capnp".Shared;
struct Below { above @0 :Above; shared @1 :Shared(Above); same @2 :import "/sub/same.capnp".Same; }
