//! Splits C text into tokens; comments and line continuations are removed, line starts are marked.
//!
//! The lexer never fails. An invalid token becomes [`TokenKind::Bad`], which is an error only where it is
//! used: excluded lines of a condition, or the rest of an `#error` line, need not be C.

use super::value::Value;

/// One token and its position in the text.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    pub kind: TokenKind<'a>,
    pub start: usize,
    pub end: usize,
    /// It is the first of its line, so a `#` begins a directive.
    pub first: bool,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TokenKind<'a> {
    Word(&'a str),
    Number(Value),
    /// A string literal without its quotes, with escapes left as they are.
    Text(&'a str),
    Punct(&'static str),
    /// The beginning of a `#pragma`, inserted by the preprocessor; its words follow, up to `PragmaEnd`.
    Pragma,
    PragmaEnd,
    /// An invalid token: the message, and the advice.
    Bad(&'static str, &'static str),
    End,
}

/// The longest name. No header has a longer one, and every message would repeat it.
const MAX_NAME: usize = 255;

/// Longest first: the first match is taken.
const PUNCTUATORS: [&str; 37] = [
    "...", "<<", ">>", "==", "!=", "<=", ">=", "&&", "||", "::", "##", "->", "{", "}", "(", ")", "[", "]",
    ";", ",", ":", "=", "*", "&", "|", "^", "~", "!", "+", "-", "/", "%", "<", ">", "?", ".", "#",
];

/// The tokens of `text`; the last is `End`.
pub fn lex(text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, at: 0, first: true };
    if text.starts_with('\u{feff}') {
        lexer.at = '\u{feff}'.len_utf8();
    }
    let mut tokens = Vec::new();
    loop {
        lexer.blank();
        let start = lexer.at;
        let kind = lexer.token();
        tokens.push(Token { kind, start, end: lexer.at, first: lexer.first });
        lexer.first = false;
        if kind == TokenKind::End {
            return tokens;
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    first: bool,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Length of a line continuation at the start of `rest`, or 0.
    fn splice(rest: &str) -> usize {
        ["\\\n", "\\\r\n"].iter().find(|s| rest.starts_with(**s)).map_or(0, |s| s.len())
    }

    /// Skips white space and comments; stops at an unterminated comment.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let splice = Self::splice(rest);
            if splice > 0 {
                self.at += splice;
            } else if rest.starts_with("//") {
                self.line_comment();
            } else if let Some(comment) = rest.strip_prefix("/*") {
                match comment.find("*/") {
                    Some(length) => self.at += length + 4,
                    None => return,
                }
            } else {
                match rest.chars().next() {
                    Some('\n') => {
                        self.first = true;
                        self.at += 1;
                    }
                    Some(c) if c.is_whitespace() => self.at += c.len_utf8(),
                    _ => return,
                }
            }
        }
    }

    /// Skips to the end of the line, or further if a backslash continues the comment.
    fn line_comment(&mut self) {
        loop {
            let Some(length) = self.rest().find('\n') else {
                self.at = self.text.len();
                return;
            };
            self.at += length;
            let line = self.text[..self.at].trim_end_matches('\r');
            if !line.ends_with('\\') {
                return;
            }
            self.at += 1;
        }
    }

    fn token(&mut self) -> TokenKind<'a> {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return TokenKind::End };
        if is_letter(c) {
            return self.word();
        }
        if c.is_ascii_digit() || (c == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit())) {
            return self.number();
        }
        if c == '"' || c == '\'' {
            return self.quoted(c);
        }
        if rest.starts_with("/*") {
            self.at = self.text.len();
            return TokenKind::Bad("this comment has no end", "close it with '*/'");
        }
        match PUNCTUATORS.iter().find(|p| rest.starts_with(**p)) {
            Some(p) => {
                self.at += p.len();
                TokenKind::Punct(p)
            }
            None => {
                self.at += c.len_utf8();
                TokenKind::Bad("this character has no meaning in C declarations", "delete it")
            }
        }
    }

    fn word(&mut self) -> TokenKind<'a> {
        let rest = self.rest();
        let length = rest.find(|c: char| !is_letter(c) && !c.is_ascii_digit()).unwrap_or(rest.len());
        self.at += length;
        if length > MAX_NAME {
            return TokenKind::Bad("this name is longer than 255 bytes", "shorten it");
        }
        self.unless_split(TokenKind::Word(&rest[..length]))
    }

    /// C allows a line continuation within a word. Nobody writes that, so it is an error.
    fn unless_split(&self, kind: TokenKind<'a>) -> TokenKind<'a> {
        let rest = self.rest();
        let splice = Self::splice(rest);
        if splice > 0 && rest[splice..].starts_with(|c: char| is_letter(c) || c.is_ascii_digit()) {
            return TokenKind::Bad("a line continuation splits this word", "write the word on one line");
        }
        kind
    }

    fn number(&mut self) -> TokenKind<'a> {
        let rest = self.rest();
        let mut length = 0;
        let mut before = ' ';
        for c in rest.chars() {
            let exponent =
                matches!(before, 'e' | 'E' | 'p' | 'P') && !rest.starts_with("0x") && "+-".contains(c);
            // `1'000`, but not the quote after the number in `'1'`.
            let separator = c == '\'' && rest[length + 1..].starts_with(|d: char| d.is_ascii_alphanumeric());
            if !(is_letter(c) || c.is_ascii_digit() || c == '.' || exponent || separator) {
                break;
            }
            before = c;
            length += c.len_utf8();
        }
        self.at += length;
        self.unless_split(integer(&rest[..length]))
    }

    /// A string or a character constant.
    fn quoted(&mut self, quote: char) -> TokenKind<'a> {
        let rest = &self.rest()[1..];
        let mut escaped = false;
        for (i, c) in rest.char_indices() {
            if c == '\n' {
                break;
            }
            if c == quote && !escaped {
                self.at += i + 2;
                let inside = &rest[..i];
                return if quote == '"' { TokenKind::Text(inside) } else { character(inside) };
            }
            escaped = c == '\\' && !escaped;
        }
        self.at += 1 + rest.find('\n').unwrap_or(rest.len());
        TokenKind::Bad("this quote has no end on its line", "close it")
    }
}

fn is_letter(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// The value of an integer literal, in the first of the C types that its base and suffix allow and that can
/// represent it.
fn integer(literal: &str) -> TokenKind<'static> {
    const BAD: TokenKind = TokenKind::Bad("this is no integer", "write decimal, 0x, 0b or octal digits");
    let digits = literal.replace('\'', "");
    let hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
    let floating = |c: char| c == '.' || (!hexadecimal && matches!(c, 'e' | 'E')) || matches!(c, 'p' | 'P');
    if digits.contains(floating) {
        return TokenKind::Bad("only integer constants are read here", "write a whole number");
    }
    let lower = digits.to_ascii_lowercase();
    let body = lower.trim_end_matches(['u', 'l', 'z']);
    let suffix = &lower[body.len()..];
    if !matches!(suffix, "" | "u" | "l" | "ul" | "lu" | "ll" | "ull" | "llu" | "z" | "uz" | "zu") {
        return BAD;
    }
    let (radix, body) = match body.get(..2) {
        Some("0x") => (16, &body[2..]),
        Some("0b") => (2, &body[2..]),
        Some(_) if body.starts_with('0') => (8, &body[1..]),
        _ => (10, body),
    };
    if body.starts_with('+') {
        return BAD;
    }
    let Ok(number) = u128::from_str_radix(body, radix) else { return BAD };
    let Ok(number) = u64::try_from(number) else {
        return TokenKind::Bad("this integer does not fit into 64 bits", "write a smaller one");
    };
    let (mut unsigned, mut long) = (suffix.contains('u'), suffix.contains(['l', 'z']));
    let negatable = radix == 10 && !unsigned;
    if !long && (number > u32::MAX.into() || (!unsigned && number > i32::MAX as u64)) {
        if !negatable && number <= u32::MAX.into() {
            unsigned = true;
        } else {
            long = true;
        }
    }
    if number > i64::MAX as u64 {
        unsigned = true;
    }
    TokenKind::Number(Value { number: number.into(), unsigned, long })
}

/// The value of a character constant; several characters make one `int`, as in `'RIFF'`.
fn character(inside: &str) -> TokenKind<'static> {
    const BAD: TokenKind =
        TokenKind::Bad("this is no character constant", "write one to four ASCII characters");
    let mut rest = inside;
    let mut bytes = Vec::new();
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if !c.is_ascii() || bytes.len() == 4 {
            return BAD;
        }
        if c != '\\' {
            bytes.push(c as u8);
            continue;
        }
        let Some(c) = rest.chars().next() else { return BAD };
        let (radix, skip) = if c == 'x' { (16, 1) } else { (8, 0) };
        let count = rest[skip..].chars().take_while(|c| c.is_digit(radix)).take(3).count();
        if count > 0 {
            let Ok(byte) = u8::from_str_radix(&rest[skip..skip + count], radix) else { return BAD };
            bytes.push(byte);
            rest = &rest[skip + count..];
            continue;
        }
        bytes.push(match c {
            'n' => b'\n',
            't' => b'\t',
            'r' => b'\r',
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'v' => 11,
            '\\' | '\'' | '"' | '?' => c as u8,
            _ => return BAD,
        });
        rest = &rest[1..];
    }
    match bytes[..] {
        [] => BAD,
        // A plain `char` is signed on x86-64.
        [byte] => TokenKind::Number(Value::int((byte as i8).into())),
        _ => {
            let number = bytes.iter().fold(0u32, |n, b| n << 8 | u32::from(*b));
            TokenKind::Number(Value::int((number as i32).into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind<'_>> {
        lex(text).into_iter().map(|t| t.kind).take_while(|k| *k != TokenKind::End).collect()
    }

    fn number(text: &str) -> (i128, bool, bool) {
        match kinds(text)[..] {
            [TokenKind::Number(v)] => (v.number, v.unsigned, v.long),
            _ => panic!("{text}: {:?}", kinds(text)),
        }
    }

    #[test]
    fn integers_take_the_first_c_type_that_holds_them() {
        assert_eq!(number("0x7f"), (127, false, false));
        assert_eq!(number("0xffffffff"), (0xffff_ffff, true, false));
        assert_eq!(number("4294967295"), (0xffff_ffff, false, true));
        assert_eq!(number("0b101u"), (5, true, false));
        assert_eq!(number("017LL"), (15, false, true));
        assert_eq!(number("1'000'000"), (1_000_000, false, false));
        assert_eq!(number("0xffffffffffffffff"), (u64::MAX.into(), true, true));
        assert_eq!(number("0"), (0, false, false));
    }

    #[test]
    fn characters_are_signed_ints() {
        assert_eq!(number("'A'").0, 65);
        assert_eq!(number(r"'\n'").0, 10);
        assert_eq!(number(r"'\xff'").0, -1);
        assert_eq!(number(r"'\0'").0, 0);
        assert_eq!(number(r"'\''").0, 39);
        assert_eq!(number("'RIFF'").0, 0x5249_4646);
    }

    #[test]
    fn what_is_no_token_is_bad() {
        for text in
            ["'", "''", "\"abc\nd", "1.5", "09", "0x", "12ab", "/* x", "@", "18446744073709551616", "a\\\nb"]
        {
            assert!(kinds(text).iter().any(|k| matches!(k, TokenKind::Bad(..))), "{text}: {:?}", kinds(text));
        }
    }

    #[test]
    fn comments_and_continuations_join_lines() {
        let first = |text| lex(text).iter().map(|t| t.first).collect::<Vec<_>>();
        assert_eq!(first("a \\\n b"), [true, false, false]);
        assert_eq!(first("a /*\n*/ b"), [true, false, false]);
        assert_eq!(first("a // x \\\n b\nc"), [true, true, false]);
        assert_eq!(first("a\r\nb"), [true, true, false]);
    }
}
