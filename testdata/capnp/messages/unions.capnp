# Unions, named and not, groups, and what they nest.
@0xe0a1c1f04b6d7a05;

struct Shape {
  name @0 :Text;
  union {
    circle @1 :Float64;
    square @2 :Float64;
    nothing @3 :Void;
    label @4 :Text;
    polygon @5 :List(Point);
    rectangle :group { width @6 :Float64; height @7 :Float64 = 2; }
    flag @8 :Bool;
    small @9 :UInt8 = 200;
  }
  fill :union {
    none @10 :Void;
    colour @11 :UInt32 = 0xff00ff;
    gradient :group {
      from @12 :UInt32;
      to :union { black @13 :Void; other @14 :UInt32; }
    }
    texture @15 :Shape;
  }
  border :group {
    width @16 :UInt16 = 1;
    style :union { solid @17 :Void; dashed @18 :List(UInt8); double :group { gap @19 :Int8 = -1; } }
  }
}

struct Point { x @0 :Int32; y @1 :Int32; }

struct OnlyUnion { union { a @0 :Void; b @1 :Void; c @2 :OnlyUnion; } }

const unset :Shape = ();
const circle :Shape = (name = "disc", circle = 1.5);
const square :Shape = (square = 0, fill = (colour = 0));
const nothing :Shape = (nothing = void, fill = (none = void));
const label :Shape = (label = "words", fill = (texture = (circle = 0.5, name = "inner")));
const nullLabel :Shape = (label = "", border = (style = (dashed = [1, 2, 3])));
const polygon :Shape = (polygon = [(x = 0, y = 0), (x = 4), (y = -3)], border = (width = 0, style = (double = (gap = 0))));
const rectangle :Shape = (rectangle = (width = 3, height = 4), fill = (gradient = (from = 1, to = (other = 5))));
const rectangleUnset :Shape = (rectangle = (), fill = (gradient = (to = (black = void))), border = (style = (double = ())));
const flag :Shape = (flag = true);
const small :Shape = (small = 0);
const smallDefault :Shape = (small = 200);
const onlyUnion :OnlyUnion = (c = (c = (b = void)));
const onlyUnionUnset :OnlyUnion = ();
