# Text and data, null, empty and with defaults.
@0xe0a1c1f04b6d7a03;

struct Blobs {
  text @0 :Text;
  data @1 :Data;
  textWithDefault @2 :Text = "the default";
  dataWithDefault @3 :Data = 0x"de ad be ef";
}

const null :Blobs = ();
const empty :Blobs = (text = "", data = "", textWithDefault = "", dataWithDefault = "");
const short :Blobs = (text = "1234567", data = 0x"0102030405060708", textWithDefault = "12345678", dataWithDefault = 0x"00");
const unicode :Blobs = (text = "gruß, πάντα ῥεῖ, 水, 🦀", data = "水");
const escapes :Blobs = (
  text = "quote \" backslash \\ slash / tab \t newline \n return \r bell \a backspace \b feed \f vertical \v del \x7f one \x01 esc \x1b <b>&amp;</b> '");
const nul :Blobs = (text = "before\0after", data = "before\0after");
const long :Blobs = (text = `
    `A block of text.
    `  Its lines keep what stands behind the mark.
    `
    `The last line has a newline too.
);
