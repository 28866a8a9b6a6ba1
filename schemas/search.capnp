# The results of a text search, for the bench `capnp`: text that is read byte by byte.
@0xbfa4a3d790bf2e7d;

struct Results {
  items @0 :List(Item);
}

struct Item {
  address @0 :Text;
  score @1 :Float64;
  snippet @2 :Text;
}
