# first.capnp and second.capnp import each other.
@0x9a00000000000013;

using Second = import "second.capnp";
struct First { second @0 :Second.Second; kind @1 :Second.Kind = other; n @2 :Int32 = Second.number; }
const number :Int32 = 5;
const chained :Int32 = Second.chained;
annotation from(struct) :Text;
