# Files taken in as values.
@0x9a00000000000019;

const data :Data = embed "sub/bytes.bin";
const text :Text = embed "sub/text.txt";
struct Uses { d @0 :Data = embed "sub/text.txt"; t @1 :Text = embed "sub/text.txt"; l @2 :List(Data) = [embed "sub/bytes.bin", "x"]; }
