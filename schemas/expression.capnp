# Trees of arithmetic, for the bench `capnp`: a struct that holds itself, in two unions.
@0xc1bd5bb6d8e7640d;

struct Expression {
  operation @0 :Operation;
  left :union {
    value @1 :Int64;
    expression @2 :Expression;
  }
  right :union {
    value @3 :Int64;
    expression @4 :Expression;
  }
}

enum Operation {
  add @0;
  subtract @1;
  multiply @2;
  least @3;
  greatest @4;
}
