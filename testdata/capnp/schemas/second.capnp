@0x9a00000000000014;
# The other half of first.capnp.

using First = import "first.capnp";
struct Second $First.from("second") { first @0 :First.First; firsts @1 :List(First.First); }
enum Kind { one @0; other @1; }
const number :Int32 = 6;
const chained :Int32 = First.number;
