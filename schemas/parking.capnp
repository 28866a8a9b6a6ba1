# Cars in parking lots, for the bench `capnp`: most kinds of small fields, text, a list in a list, a struct of its own.
@0xcbed7d561759ae64;

struct Lot {
  cars @0 :List(Car);
}

struct Car {
  maker @0 :Text;
  model @1 :Text;
  paint @2 :Paint;
  seats @3 :UInt8;
  doors @4 :UInt8;
  wheels @5 :List(Wheel);
  length @6 :UInt16;
  width @7 :UInt16;
  height @8 :UInt16;
  weight @9 :UInt32;
  engine @10 :Engine;
  tank @11 :Float32;
  filled @12 :Float32;
  powerWindows @13 :Bool;
  powerSteering @14 :Bool;
  cruiseControl @15 :Bool;
  cupHolders @16 :UInt8;
  navigation @17 :Bool;
}

struct Wheel {
  diameter @0 :UInt16;
  pressure @1 :Float32;
  winter @2 :Bool;
}

struct Engine {
  power @0 :UInt16;
  cylinders @1 :UInt8;
  displacement @2 :UInt32;
  fuel @3 :Fuel;
  turbo @4 :Bool;
}

enum Paint {
  black @0;
  white @1;
  silver @2;
  red @3;
  blue @4;
  green @5;
}

enum Fuel {
  petrol @0;
  diesel @1;
  electric @2;
  hybrid @3;
}
