# Values of annotations and constants that name others, in other scopes and other files.
@0x9a00000000000028;

using Constants = import "constants.capnp";
annotation number(*) :Int32;
annotation point(*) :Constants.Point;
annotation texts(*) :List(Text);
const own :Int32 = 8;
struct A $number(.own) $point(Constants.point) $texts([Constants.text, "own"]) {
  const own :Int32 = 9;
  a @0 :Int32 = .own;
  b @1 :Int32 = A.own;
  c @2 :Constants.Point = Constants.Point.origin;
  d @3 :List(Constants.Point) = [Constants.point, (x = A.own)];
  e @4 :Constants.Uses = (a = A.own, c = Constants.point, d = Constants.points);
}
const chain1 :Int32 = .chain2;
const chain2 :Int32 = .chain3;
const chain3 :Int32 = 1;
