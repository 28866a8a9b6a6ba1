//! The tokens of the text form.
//!
//! A word is anything that a name, a number or a type may consist of (`Triangle.a`, `-1e300`, `f64?`, `->`);
//! everything else is punctuation, one character each. Comments are skipped, and consecutive line ends count
//! as one. Words are not interpreted here.

/// The kind of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TokenKind<'a> {
    Word(&'a str),
    Punct(char),
    Line,
    End,
}

/// A token and its offset in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub kind: TokenKind<'a>,
    pub offset: usize,
}

/// The tokens of a text; the last one is [`TokenKind::End`].
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token> = vec![];
    let mut offset = 0;
    while let Some(c) = text[offset..].chars().next() {
        let rest = &text[offset..];
        let (kind, len) = match c {
            '\n' => (Some(TokenKind::Line), 1),
            ';' => (None, rest.find('\n').unwrap_or(rest.len())),
            c if c.is_whitespace() => (None, c.len_utf8()),
            c if in_word(c) => {
                let mut len = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
                // A NaN with a payload is the only word that contains a colon.
                if &rest[..len] == "nan" && rest[len..].starts_with(":0x") {
                    len += 1;
                    len += rest[len..].find(|c| !in_word(c)).unwrap_or(rest.len() - len);
                }
                (Some(TokenKind::Word(&rest[..len])), len)
            }
            c => (Some(TokenKind::Punct(c)), c.len_utf8()),
        };
        let again = kind == Some(TokenKind::Line) && tokens.last().is_none_or(|t| t.kind == TokenKind::Line);
        if let Some(kind) = kind
            && !again
        {
            tokens.push(Token { kind, offset });
        }
        offset += len;
    }
    tokens.push(Token { kind: TokenKind::End, offset });
    tokens
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || "_.[]<>$?-+".contains(c)
}
