# Values of unions and groups in constants, defaults and annotations.
@0x9a0000000000002c;

struct Shape {
  union { none @0 :Void; circle @1 :Float64; square :group { side @2 :Float64 = 1; name @3 :Text; } poly @4 :List(Shape); }
  fill :union { empty @5 :Void; colour @6 :UInt32 = 5; both :group { a @7 :UInt8; b :union { x @8 :Bool; y @9 :UInt64; } } }
  frame :group { width @10 :Int8 = -1; label :group { text @11 :Text = "label"; size @12 :UInt16; } }
}
annotation shape(*) :Shape;
const none :Shape = (none = void);
const first :Shape = ();
const circle :Shape = (circle = 2);
const square :Shape = (square = (side = 3, name = "sq"), fill = (both = (a = 1, b = (y = 5))), frame = (width = 0, label = (size = 9)));
const emptyGroups :Shape = (square = (), fill = (both = (b = (x = false))), frame = (label = ()));
const poly :Shape = (poly = [(circle = 1), (), (poly = [(none = void)])]);
struct Uses $shape(circle = -1) {
  a @0 :Shape = (fill = (colour = 5)) $shape(.square);
  b @1 :List(Shape) = [(circle = 0), (fill = (empty = void))];
}
