# The triangles of testdata/poly.h as a Cap'n Proto message.
@0xd6b2a5a29f3c41e7;

struct Point {
  x @0 :Float64;
  y @1 :Float64;
}

struct Triangle {
  a @0 :Point;
  b @1 :Point;
  c @2 :Point;
}

struct Polygons {
  triangles @0 :List(Triangle);
}
