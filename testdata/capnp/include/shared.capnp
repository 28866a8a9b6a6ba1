@0xa1b2c3d4e5f60718;
# Found through a directory of imports.

struct Shared(T) {
  it @0 :T;
  enum Kind { plain @0; other @1; }
  struct Inner { kind @0 :Kind = other; its @1 :T; }
}

annotation mark(*) :Text;
annotation level @0xf00df00df00df00d (struct, field, enumerant) :Shared(Text).Kind;

const answer :Int32 = 42;
const inner :Shared(Text).Inner = (kind = plain, its = "its");
