# Generic types, bound, unbound and nested.
@0xe0a1c1f04b6d7a06;

struct Box(T) { value @0 :T; count @1 :UInt32; }
struct Map(Key, Value) {
  entries @0 :List(Entry);
  struct Entry { key @0 :Key; value @1 :Value; }
}
struct Tree(T) {
  leaf @0 :T;
  children @1 :List(Tree(T));
  side :union { none @2 :Void; box @3 :Box(T); pair :group { left @4 :T; right @5 :Box(Box(T)); } }
}
struct Leaf { n @0 :Int32; }

struct Bound {
  text @0 :Box(Text);
  data @1 :Box(Data);
  struct @2 :Box(Leaf);
  list @3 :Box(List(UInt16));
  boxed @4 :Box(Box(Box(Leaf)));
  map @5 :Map(Text, Leaf);
  mapOfMaps @6 :Map(Text, Map(Leaf, List(Text)));
  tree @7 :Tree(Leaf);
  entry @8 :Map(Text, Data).Entry;
  boxes @9 :List(Box(Text));
}

const unset :Bound = ();
const all :Bound = (
  text = (value = "text", count = 1),
  data = (value = 0x"00ff", count = 2),
  struct = (value = (n = 3), count = 3),
  list = (value = [4, 5, 6], count = 4),
  boxed = (value = (value = (value = (n = 5), count = 6), count = 7), count = 8),
  map = (entries = [(key = "a", value = (n = 1)), (key = "b", value = (n = 2)), ()]),
  mapOfMaps = (entries = [(key = "outer", value = (entries = [(key = (n = 9), value = ["x", "y"])]))]),
  tree = (
    leaf = (n = 1),
    children = [(leaf = (n = 2), side = (box = (value = (n = 3)))), (side = (pair = (left = (n = 4), right = (value = (value = (n = 5))))))]),
  entry = (key = "key", value = "value"),
  boxes = [(value = "one"), (), (value = "three", count = 3)]);
