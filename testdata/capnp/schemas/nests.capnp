# Groups in unions in groups.
@0x9a00000000000007;

struct GroupsInUnion {
  union {
    a :group { x @0 :UInt32; y @1 :UInt8; s @2 :Text; }
    b :group { x @3 :UInt8; y @4 :UInt64; s @5 :Text; t @6 :Text; }
    c :group { x @7 :Bool; y @8 :Bool; z @9 :UInt16; }
    d @10 :UInt64;
  }
  after @11 :UInt8;
}
struct UnionsInGroups {
  g :group { union { a @0 :UInt8; b @1 :UInt16; } x @2 :UInt32; }
  h :group { u :union { a @3 :UInt8; b @4 :UInt64; } x @5 :UInt32; }
}
struct Deep {
  u :union {
    g :group {
      a @0 :UInt8;
      v :union {
        h :group { b @1 :UInt32; w :union { x @2 :Bool; y @3 :UInt16; z @4 :Text; } }
        c @5 :UInt64;
        i :group { d @6 :Bool; e @7 :UInt8; f @8 :Text; }
      }
      t @9 :Text;
    }
    j @10 :UInt16;
    k :group { union { l @11 :Void; m @12 :List(Deep); } n @13 :UInt8; o @14 :UInt64; }
  }
  last @15 :Bool;
}
struct Shared {
  union {
    a :group { one @0 :UInt8; two @2 :UInt8; three @4 :UInt32; }
    b :group { one @1 :UInt16; two @3 :UInt8; three @5 :UInt8; four @6 :UInt64; five @7 :UInt16; }
    c :group { one @8 :Bool; two @9 :UInt64; three @10 :UInt64; four @11 :UInt64; }
  }
  u :union { a @12 :UInt8; b :group { x @13 :UInt16; y @14 :UInt8; } }
}
struct GroupOfGroupInUnion {
  union { a :group { b :group { c @0 :UInt8; d @1 :UInt32; } e @2 :UInt8; } f :group { g :group { h @3 :UInt64; } i @4 :Bool; } }
}
