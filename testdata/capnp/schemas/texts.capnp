# Texts: escapes, other alphabets, blocks, and parts that stand behind one another. Grüße, γειά, 水, 🦀.
@0x9a0000000000001a;

const escapes :Text = "\a\b\f\n\r\t\v\'\"\\\?\x41\x7f\101\0end";
const other :Text = "Grüße, γειά σου, 水, 🦀";
const empty :Text = "";
const quotes :Text = "it's \"quoted\"";
const apart :Text = "one " "two " "three";
const apartOnLines :Text =
  "first line\n"
  "second line\n";
const block :Text = `
    `a block
    `  keeps its indentation
    `
    `and its last line
    ;
const oneLine :Text = `only one line
;
const hex :Data = 0x"de ad BE EF 00";
const hexTogether :Data = 0x"deadbeef";
const bytes :Data = "\x00\xff\x80";
const latin :Data = "ü";
struct S { a @0 :Text = "default"; b @1 :Data = 0x"01"; c @2 :Text = ""; d @3 :List(Text) = ["", "x", "\n"]; }
