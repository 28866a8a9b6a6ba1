# Enums.
@0x9a0000000000000a;

annotation note(enumerant, enum) :Text;

enum Plain { a @0; b @1; c @2; }
enum Unordered { z @3; y @1; x @0; w @2; }
enum One { only @0; }
enum Given @0xbeefbeefbeefbeef { a @0; b @1; }
enum Noted $note("the enum") { a @0 $note("first"); b @1; c @2 $note("third"); }
struct Uses {
  enum Inner { p @0; q @1; }
  a @0 :Plain = c;
  b @1 :Unordered;
  c @2 :Inner = q;
  d @3 :List(Plain) = [a, c, b];
  e @4 : .Given = b;
  f @5 :List(List(Inner)) = [[p], [], [q, p]];
}
const plain :Plain = b;
const other :Unordered = w;
const list :List(One) = [only, only];
