# Generic interfaces and methods with type parameters of their own.
@0x9a00000000000010;

struct Box(T) { it @0 :T; }
interface Store(Key, Value) {
  get @0 (key :Key) -> (value :Value);
  put @1 (key :Key, value :Value);
  all @2 () -> (entries :List(Entry));
  struct Entry { key @0 :Key; value @1 :Value; }
  child @3 [T] (it :T) -> (store :Store(Key, T));
  two @4 [T, U] (t :T, u :U, box :Box(T)) -> (t :T, u :Box(U), entry :Entry);
  typed @5 [T] Box(T) -> Box(Box(T));
}
interface TextStore extends(Store(Text, Text)) {}
interface Half(V) extends(Store(Text, V)) { half @0 (v :V) -> Box(V); }
interface Unbound extends(Store) {}
struct Uses { a @0 :Store(Text, Data); b @1 :Half(Uses); c @2 :List(Store(Text, Uses)); e @3 :Store(Text, Data).Entry; }
interface Plain { id @0 [T] (t :T) -> (t :T); list @1 [T] (l :List(Box(T))) -> Box(T); }
