@0x9a00000000000017;
struct Same { back @0 :import "/shared.capnp".Shared(Text); beside @1 :import "beside.capnp".Beside; }
