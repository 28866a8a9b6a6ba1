# The structs that methods make of their parameters.
@0x9a00000000000026;

struct Box(T) { it @0 :T; }
interface Service {
  layout @0 (a :Bool, b :UInt64, c :Bool, d :UInt8, e :Text, f :UInt32) -> (x :UInt16, y :Text, z :Bool = true);
  none @1 () -> ();
  noResults @2 (a :Int8);
  defaults @3 (a :Int8 = -1, b :Text = "b", c :List(Bool) = [true], d :Box(Text) = (it = "x"), e :Kind = two) -> (f :Float64 = nan);
  enum Kind { one @0; two @1; }
  given @4 Named -> Service.Named;
  struct Named { a @0 :Int8; }
}
interface Generic(T) { a @0 (t :T, b :Box(T)) -> (t :T, n :Named); struct Named { t @0 :T; } b @1 Named -> Box(T); }
