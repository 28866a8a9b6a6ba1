/* Triangles in the plane: 48 bytes each, little-endian, one after the other. */
struct Point {
    double x;
    double y;
};

struct Triangle {
    struct Point a;
    struct Point b;
    struct Point c;
};
