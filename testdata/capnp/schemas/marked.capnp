# A mark in front, and lines that end in two characters.
@0x9a00000000000023;
struct A {
  # Documentation.
  a @0 :Text = "a";
  b @1 :UInt8;  # b
}
const block :Text = `
  `one
  `two
  ;
