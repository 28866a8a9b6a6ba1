//! Splits schema text into tokens.
//!
//! Comments and white space are removed; [`doc`] finds the comment that documents a declaration when the
//! parser asks for it. The lexer never fails: an invalid token becomes [`TokenKind::Bad`], which the parser
//! reports where it reads it.

/// One token and its byte range in the text.
#[derive(Clone, Debug)]
pub struct Token<'a> {
    pub kind: TokenKind<'a>,
    pub start: usize,
    pub end: usize,
}

/// The kinds of tokens.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind<'a> {
    Word(&'a str),
    Integer(u64),
    Float(f64),
    /// The value of a string literal. Escapes can make bytes that are not UTF-8.
    Text(Vec<u8>),
    /// `0x"…"`.
    Data(Vec<u8>),
    /// A maximal sequence of operator characters.
    Operator(&'a str),
    /// One of `( ) [ ] { } , ;`.
    Mark(char),
    /// An invalid token: the message, and the advice.
    Bad(&'static str, &'static str),
    End,
}

/// The longest name: each message and each derived name repeats it.
const MAX_NAME: usize = 255;
/// The longest operator has two characters; for three there is an error with advice.
const MAX_OPERATOR: usize = 3;
const OPERATORS: &str = "!$%&*+-./:<=>?@^|~";
const BOM: char = '\u{feff}';

/// The tokens of `text`; the last is `End`.
pub fn lex(text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.blank();
        let start = lexer.at;
        let kind = lexer.token();
        let end = kind == TokenKind::End;
        tokens.push(Token { kind, start, end: lexer.at });
        if end {
            return tokens;
        }
    }
}

/// The comment that begins at byte `at` of `text` or on the next line, without its signs; each of its lines
/// ends with a line feed. An empty line before or within it ends the search.
pub fn doc(text: &str, at: usize) -> Option<String> {
    let line_space = |s: &str| s.len() - s.trim_start_matches([' ', '\t', '\u{b}', '\u{c}']).len();
    let mut rest = &text[at..];
    rest = &rest[line_space(rest)..];
    rest = ["\r\n", "\n", "\r"].iter().find_map(|end| rest.strip_prefix(end)).unwrap_or(rest);
    let mut doc = String::new();
    while let Some(comment) = rest[line_space(rest)..].strip_prefix('#') {
        let (line, next) = comment.split_once('\n').unwrap_or((comment, ""));
        doc.push_str(line.strip_prefix(' ').unwrap_or(line));
        doc.push('\n');
        rest = next;
    }
    (!doc.is_empty()).then_some(doc)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Skips white space, comments and byte order marks.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let space = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}', BOM]);
            self.at = self.text.len() - space.len();
            if !space.starts_with('#') {
                return;
            }
            self.at += space.find('\n').unwrap_or(space.len());
        }
    }

    fn token(&mut self) -> TokenKind<'a> {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return TokenKind::End };
        match c {
            'a'..='z' | 'A'..='Z' | '_' => self.word(),
            '0'..='9' => self.number(),
            '"' => self.quoted(),
            '`' => {
                let line = rest[1..].split(['\r', '\n']).next().unwrap_or("");
                self.at += 1 + line.len();
                TokenKind::Text([line.as_bytes(), b"\n"].concat())
            }
            '(' | ')' | '[' | ']' | '{' | '}' | ',' | ';' => {
                self.at += 1;
                TokenKind::Mark(c)
            }
            _ if OPERATORS.contains(c) => {
                let length = rest.find(|c| !OPERATORS.contains(c)).unwrap_or(rest.len());
                self.at += length;
                if length > MAX_OPERATOR {
                    return TokenKind::Bad(
                        "this is no operator",
                        "put spaces between what does not belong together",
                    );
                }
                TokenKind::Operator(&rest[..length])
            }
            _ => {
                self.at += c.len_utf8();
                match c {
                    '\0' => TokenKind::Bad("this is a zero byte, not text", "save the file as UTF-8"),
                    '\'' => TokenKind::Bad("text stands in double quotes", "write '\"' instead"),
                    _ => TokenKind::Bad("this character has no meaning in a schema", "delete it"),
                }
            }
        }
    }

    fn word(&mut self) -> TokenKind<'a> {
        let rest = self.rest();
        let length = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        self.at += length;
        if length > MAX_NAME {
            return TokenKind::Bad("this name is longer than 255 bytes", "shorten it");
        }
        TokenKind::Word(&rest[..length])
    }

    fn number(&mut self) -> TokenKind<'a> {
        let rest = self.rest();
        if let Some(data) = rest.strip_prefix("0x\"") {
            return self.data(data);
        }
        let mut length = 0;
        let mut before = ' ';
        for c in rest.chars() {
            let sign = "+-".contains(c) && matches!(before, 'e' | 'E') && !rest.starts_with("0x");
            if !(is_name(c) || c == '.' || sign) {
                break;
            }
            before = c;
            length += 1;
        }
        self.at += length;
        let literal = &rest[..length];
        let (radix, digits) = match literal.strip_prefix("0x") {
            Some(digits) => (16, digits),
            None if literal.starts_with('0') => (8, literal),
            None => (10, literal),
        };
        if !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)) {
            let help = "the largest is 18446744073709551615, or 0xffffffffffffffff";
            return match u64::from_str_radix(digits, radix) {
                Ok(number) => TokenKind::Integer(number),
                Err(_) => TokenKind::Bad("this integer does not fit into 64 bits", help),
            };
        }
        if radix == 8 && digits.chars().all(|c| c.is_ascii_digit()) {
            return TokenKind::Bad(
                "a number that begins with 0 is octal, and this has other digits",
                "delete the 0",
            );
        }
        if radix != 16
            && let Ok(number) = literal.parse()
        {
            return TokenKind::Float(number);
        }
        TokenKind::Bad("this is no number", "write one as 12, 0x1f, 017, 1.5 or 1e-9")
    }

    /// `0x"…"`: pairs of hexadecimal digits, with space before and after pairs.
    fn data(&mut self, inside: &str) -> TokenKind<'a> {
        const HELP: &str = "write pairs of hexadecimal digits, as in 0x\"01 a0 ff\"";
        let Some(length) = inside.find('"') else {
            self.at = self.text.len();
            return TokenKind::Bad("this quote has no end", HELP);
        };
        self.at += length + 4;
        let mut bytes = Vec::new();
        for part in inside[..length].split([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']) {
            if part.len() % 2 == 1 || !part.bytes().all(|b| b.is_ascii_hexdigit()) {
                return TokenKind::Bad("this is no hexadecimal data", HELP);
            }
            let pairs = part.as_bytes().chunks_exact(2);
            bytes.extend(pairs.map(|pair| (hex(pair[0]) << 4) | hex(pair[1])));
        }
        if bytes.is_empty() {
            return TokenKind::Bad("this is no hexadecimal data", "write \"\" for no bytes at all");
        }
        TokenKind::Data(bytes)
    }

    fn quoted(&mut self) -> TokenKind<'a> {
        let bytes = self.rest().as_bytes();
        let mut text = Vec::new();
        let mut i = 1;
        let mut bad = false;
        loop {
            match bytes.get(i) {
                Some(b'"') => break,
                Some(b'\\') => match escape(&bytes[i + 1..]) {
                    Some((byte, length)) => {
                        text.push(byte);
                        i += 1 + length;
                    }
                    None => {
                        bad = true;
                        // A quote after the backslash does not end the string in either case.
                        i += 1 + usize::from(bytes.get(i + 1).is_some_and(u8::is_ascii_graphic));
                    }
                },
                None | Some(b'\n') => {
                    self.at += i;
                    return TokenKind::Bad("this quote has no end on its line", "close it with '\"'");
                }
                Some(byte) => {
                    text.push(*byte);
                    i += 1;
                }
            }
        }
        self.at += i + 1;
        if bad {
            return TokenKind::Bad(
                "this text has an unknown escape",
                "write \\n, \\t, \\\\, \\\", \\x7f or \\177",
            );
        }
        TokenKind::Text(text)
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

/// The value of the bytes after a backslash, and their number.
fn escape(bytes: &[u8]) -> Option<(u8, usize)> {
    let first = *bytes.first()?;
    let byte = match first {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\'' | b'"' | b'\\' | b'?' => first,
        b'x' => {
            let digits = bytes.get(1..3)?;
            return digits
                .iter()
                .all(u8::is_ascii_hexdigit)
                .then(|| ((hex(digits[0]) << 4) | hex(digits[1]), 3));
        }
        _ => {
            let count = bytes.iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
            let number = bytes[..count].iter().fold(0u32, |n, digit| n << 3 | u32::from(digit - b'0'));
            return (count > 0).then_some(()).and_then(|()| Some((u8::try_from(number).ok()?, count)));
        }
    };
    Some((byte, 1))
}
