# Messages whose packed form has every kind of tag: runs of zero words, plain words, long runs of both.
@0xe0a1c1f04b6d7a0a;

struct Packing {
  words @0 :List(UInt64);
  bytes @1 :Data;
  more @2 :List(UInt64);
}

const empty :Packing = ();
const mixed :Packing = (
  words = [
    0, 0, 0, 1, 0xff, 0xff00, 0x00ff00ff00ff00ff, 0xffffffffffffffff, 0x0102030405060708, 0x0102030405060708, 0, 0,
    0x0102030405060700, 0x0002030405060708, 0x0102030405060708, 0x8000000000000000, 0x80, 0, 0x0100000000000001],
  bytes = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789",
  more = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
# Behind a plain word follow words copied as they are, up to the first with two zero bytes or more.
const copied :Packing = (
  words = [
    0x1111111111111111, 0x2222222222222200, 0x3300333333333333, 0x4400004444444444, 0x5555555555555555, 0, 0x66],
  bytes = 0x"ffffffffffffffff ffffffffffffffff 00ffffffffffffff 00000000000000ff");
