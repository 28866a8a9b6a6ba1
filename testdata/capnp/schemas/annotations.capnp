# Annotations on everything, with values of every type.
@0x9a0000000000000c;
$onFile("the file");
$anything(1);

annotation onFile(file) :Text;
annotation onStruct(struct) :Int32;
annotation onEnum(enum) :Bool;
annotation onEnumerant(enumerant) :Float64;
annotation onInterface(interface) :List(Text);
annotation onMethod(method) :Point;
annotation onParam(param) :Data;
annotation onField(field) :Colour;
annotation onUnion(union) :UInt8;
annotation onGroup(group) :Void;
annotation onConst(const) :UInt64;
annotation onAnnotation(annotation) :Int8;
annotation anything(*) :Int16;
annotation several(struct, field, enum, const) :Text;
annotation given @0xdecafbaddecafbad (struct) :Void;
annotation marked(field) :Void $onAnnotation(3) $anything(4);

struct Point { x @0 :Int32; y @1 :Int32 = 3; }
enum Colour $onEnum(true) { red @0 $onEnumerant(0.5); green @1 $onEnumerant(-inf) $anything(7); }
struct Annotated $onStruct(-5) $several("a struct") $given $anything(2) {
  a @0 :UInt8 $onField(green) $several("a field") $marked;
  b @1 :Text = "b" $marked $marked;
  u :union $onUnion(9) { c @2 :Void $anything(3); d @3 :Void; }
  g :group $onGroup { e @4 :UInt8 $marked; }
  const k :Int32 = 5 $onConst(18446744073709551615) $several("a constant");
}
interface Service $onInterface(["one", "two"]) {
  call @0 (p :Int32 $onParam("data"), q :Text = "default" $anything(6)) -> (r :Bool $onParam(0x"00ff")) $onMethod(x = 1);
  other @1 () -> () $onMethod(y = 4) $anything(8);
}
