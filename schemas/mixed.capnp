# Samples whose messages differ in shape, for the bench `capnp`: the last two fields came with a later version.
@0x8057692049de0069;

struct Sample {
  id @0 :UInt32;
  kind @1 :UInt16;
  place @2 :Place;
  levels @3 :List(Int16);
  weight @4 :Int32 = 100;
  origin @5 :Place;
}

struct Place {
  x @0 :Int32;
  y @1 :Int32;
  height @2 :Int16 = -1;
}
