@0x9a00000000000018;
struct Beside { n @0 :Int8; }
