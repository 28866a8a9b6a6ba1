//! The preprocessor: executes the directives and expands macros.
//!
//! An object-like macro is expanded wherever its name occurs. A function-like one is recorded, and its use is
//! an error. `#include` is not followed. A condition is decided only by the text: by macros defined here, by
//! `#undef`, by the include-guard pattern (`#ifndef X`, `#define X`), or by the few macros below that x86-64
//! GCC compiling C is sure to define or not to define. Pragmas stay in the token stream, for the parser.

use super::lexer::{Token, TokenKind, lex};
use super::parser::Parser;
use super::{Errors, MAX_DEPTH};
use std::collections::HashMap;

/// Known macros of the compiler whose layouts are used.
const PREDEFINED: &str = "
#define __STDC__ 1
#define __STDC_VERSION__ 201710L
#define __GNUC__ 12
#define __GNUC_MINOR__ 2
#define __x86_64__ 1
#define __amd64__ 1
#define __linux__ 1
#define __unix__ 1
#define __LP64__ 1
#define __CHAR_BIT__ 8
#define CHAR_BIT 8
#define __ORDER_LITTLE_ENDIAN__ 1234
#define __ORDER_BIG_ENDIAN__ 4321
#define __BYTE_ORDER__ 1234
#undef __cplusplus
#undef __clang__
#undef __APPLE__
#undef __i386__
#undef __arm__
#undef __aarch64__
#undef __KERNEL__
#undef __BIG_ENDIAN__
#undef _MSC_VER
#undef _WIN32
#undef _WIN64
#undef WIN32
";

/// The largest number of macro tokens that expansion visits: nested macros may double at each level.
const MAX_EXPANSION: usize = 1 << 20;

/// The tokens for the parser; the last is `End`.
pub fn run<'a>(raw: &[Token<'a>], errors: &mut Errors<'_>) -> Vec<Token<'a>> {
    // Few schemas name one of these; to define them all takes longer than to parse a small schema.
    let names = |name: &str| raw.iter().any(|token| token.kind == TokenKind::Word(name));
    let named = PREDEFINED.lines().filter_map(|line| line.split(' ').nth(1)).any(names);
    let predefined = lex(if named { PREDEFINED } else { "" });
    let mut p = Preprocessor {
        macros: HashMap::new(),
        open: Vec::new(),
        walked: 0,
        gave_up: false,
        errors,
        out: Vec::new(),
    };
    p.lines(&predefined);
    p.lines(raw);
    for cond in &p.open {
        p.errors.add(cond.at, "this condition has no #endif", "add '#endif'");
    }
    p.out.push(raw[raw.len() - 1]);
    p.out
}

#[derive(Clone, Copy)]
enum Macro<'t, 'a> {
    Object(&'t [Token<'a>]),
    Function,
    /// `#undef`: known not to be defined.
    Undefined,
}

/// An open `#if`.
struct Cond {
    at: usize,
    /// The current branch is included.
    live: bool,
    /// A branch was already included, or none may be, since the whole `#if` is in an excluded branch.
    done: bool,
    last: bool,
}

struct Preprocessor<'t, 'a, 'e, 'f> {
    macros: HashMap<&'a str, Macro<'t, 'a>>,
    open: Vec<Cond>,
    walked: usize,
    gave_up: bool,
    errors: &'e mut Errors<'f>,
    out: Vec<Token<'a>>,
}

impl<'t, 'a> Preprocessor<'t, 'a, '_, '_> {
    fn live(&self) -> bool {
        self.open.last().is_none_or(|c| c.live)
    }

    fn lines(&mut self, raw: &'t [Token<'a>]) {
        let mut at = 0;
        while raw[at].kind != TokenKind::End {
            if !(raw[at].first && raw[at].kind == TokenKind::Punct("#")) {
                if self.live() {
                    let mut out = std::mem::take(&mut self.out);
                    self.expand(raw[at], raw.get(at + 1), &mut out, &mut Vec::new());
                    self.out = out;
                }
                at += 1;
                continue;
            }
            let length = raw[at + 1..].iter().take_while(|t| !t.first && t.kind != TokenKind::End).count();
            let (line, rest) = raw[at + 1..].split_at(length);
            self.directive(raw[at], line, rest);
            at += 1 + length;
        }
    }

    fn directive(&mut self, hash: Token<'a>, line: &'t [Token<'a>], rest: &[Token<'a>]) {
        let Some((first, words)) = line.split_first() else { return };
        let name = match first.kind {
            TokenKind::Word(name) => name,
            _ if !self.live() => return,
            _ => {
                self.errors.add(first.start, "this is no directive", "write '#define', '#pragma', '#if', …");
                return;
            }
        };
        match name {
            "if" | "ifdef" | "ifndef" => {
                let inside = self.live();
                let live = inside && self.condition(name, *first, words, rest);
                self.open.push(Cond { at: hash.start, live, done: live || !inside, last: false });
            }
            "elif" | "elifdef" | "elifndef" | "else" | "endif" => self.branch(name, *first, words),
            _ if !self.live() => {}
            "define" => self.define(*first, words),
            "undef" => match words {
                [Token { kind: TokenKind::Word(name), .. }] => {
                    self.macros.insert(name, Macro::Undefined);
                }
                _ => drop(self.errors.add(first.start, "'#undef' takes one name", "")),
            },
            "pragma" => {
                self.out.push(Token { kind: TokenKind::Pragma, start: hash.start, ..*first });
                let mut out = std::mem::take(&mut self.out);
                for (i, word) in words.iter().enumerate() {
                    self.expand(*word, words.get(i + 1), &mut out, &mut Vec::new());
                }
                let end = words.last().unwrap_or(first).end;
                out.push(Token { kind: TokenKind::PragmaEnd, start: end, end, first: false });
                self.out = out;
            }
            // An included file is not read: a missing declaration shows as an unknown type.
            "include" | "include_next" | "import" | "warning" | "line" | "ident" => {}
            "error" => drop(self.errors.add(
                hash.start,
                "the text reaches this #error",
                "define the macros that its conditions ask for",
            )),
            _ => drop(self.errors.add(
                first.start,
                format!("'#{name}' is not known"),
                "the directives are #define, #undef, #if, #ifdef, #ifndef, #elif, #else, #endif, #pragma, #include and #error",
            )),
        }
    }

    /// `#elif`, `#else` and `#endif`.
    fn branch(&mut self, name: &'a str, at: Token<'a>, words: &'t [Token<'a>]) {
        let Some(mut cond) = self.open.pop() else {
            self.errors.add(at.start, format!("'#{name}' without an '#if' before it"), "delete it");
            return;
        };
        if name == "endif" {
            return;
        }
        if cond.last {
            self.errors.add(at.start, format!("'#{name}' after '#else'"), "delete one of them");
        }
        cond.live = false;
        if !cond.done {
            cond.live = name == "else" || self.condition(name.trim_start_matches("el"), at, words, &[]);
            cond.done = cond.live;
        }
        cond.last = name == "else";
        self.open.push(cond);
    }

    fn define(&mut self, at: Token<'a>, words: &'t [Token<'a>]) {
        let Some((Token { kind: TokenKind::Word(name), end, .. }, body)) = words.split_first() else {
            self.errors.add(at.start, "'#define' takes a name", "write '#define NAME value'");
            return;
        };
        let function = body.first().is_some_and(|t| t.kind == TokenKind::Punct("(") && t.start == *end);
        self.macros.insert(name, if function { Macro::Function } else { Macro::Object(body) });
    }

    /// Whether an `#if` holds. If that cannot be determined, it is an error, and the lines are included.
    fn condition(&mut self, name: &str, at: Token<'a>, words: &'t [Token<'a>], rest: &[Token<'a>]) -> bool {
        if name == "if" {
            return self.expression(at, words);
        }
        let [Token { kind: TokenKind::Word(subject), start, .. }] = words else {
            self.errors.add(at.start, format!("'#{name}' takes one name"), "");
            return true;
        };
        let guard = || match rest {
            [hash, define, word, ..] => {
                hash.kind == TokenKind::Punct("#")
                    && define.kind == TokenKind::Word("define")
                    && word.kind == TokenKind::Word(subject)
            }
            _ => false,
        };
        match self.defined(subject) {
            Some(defined) => defined == (name == "ifdef"),
            // The guard of a header read for the first time, or a default that nothing before it replaced.
            None if name == "ifndef" && guard() => true,
            None => {
                self.errors.add(*start, undecided(subject), undecided_help(subject));
                true
            }
        }
    }

    fn defined(&self, name: &str) -> Option<bool> {
        self.macros.get(name).map(|m| !matches!(m, Macro::Undefined))
    }

    fn expression(&mut self, at: Token<'a>, words: &'t [Token<'a>]) -> bool {
        let mut tokens = Vec::new();
        let mut rest = words;
        while let Some((token, after)) = rest.split_first() {
            rest = after;
            // `defined X` and `defined(X)` become 1 or 0; if unknown, they stay, and the evaluation reports
            // them if it needs them.
            let subject = match (token.kind, after) {
                (TokenKind::Word("defined"), [Token { kind: TokenKind::Word(name), .. }, ..]) => {
                    Some((*name, 1))
                }
                (
                    TokenKind::Word("defined"),
                    [open, Token { kind: TokenKind::Word(name), .. }, close, ..],
                ) if open.kind == TokenKind::Punct("(") && close.kind == TokenKind::Punct(")") => {
                    Some((*name, 3))
                }
                _ => None,
            };
            if let Some((name, length)) = subject {
                match self.defined(name) {
                    Some(yes) => tokens.push(Token {
                        kind: TokenKind::Number(super::value::Value::int(yes.into())),
                        ..*token
                    }),
                    None => tokens.extend([*token, after[usize::from(length == 3)]]),
                }
                rest = &after[length..];
            } else {
                self.expand(*token, after.first(), &mut tokens, &mut Vec::new());
            }
        }
        for token in &mut tokens {
            // Conditions are computed in 64 bits.
            if let TokenKind::Number(value) = &mut token.kind {
                value.long = true;
            }
        }
        let end = words.last().map_or(at.end, |t| t.end);
        tokens.push(Token { kind: TokenKind::End, start: end, end, first: true });
        Parser::new(tokens, self.errors).condition().unwrap_or(true)
    }

    /// Appends `token` to `out`, or its expansion if it is a macro. `active`: the macros being expanded.
    fn expand(
        &mut self,
        token: Token<'a>,
        next: Option<&Token<'a>>,
        out: &mut Vec<Token<'a>>,
        active: &mut Vec<&'a str>,
    ) {
        match token.kind {
            TokenKind::Bad(message, help) => {
                self.errors.add(token.start, message, help);
                out.push(token);
            }
            TokenKind::Word(name) if !active.contains(&name) => match self.macros.get(name) {
                Some(Macro::Object(body)) => {
                    let body = *body;
                    active.push(name);
                    for (i, inner) in body.iter().enumerate() {
                        self.walked += 1;
                        if active.len() > MAX_DEPTH || self.walked > MAX_EXPANSION {
                            if !self.gave_up {
                                self.gave_up = true;
                                let message = format!("the macro '{name}' expands to too much");
                                self.errors.add(token.start, message, "write out what it stands for");
                            }
                            break;
                        }
                        // Errors refer to the place of use.
                        let inner = Token { start: token.start, end: token.end, first: false, ..*inner };
                        self.expand(inner, body.get(i + 1), out, active);
                    }
                    active.pop();
                }
                Some(Macro::Function) if next.is_some_and(|t| t.kind == TokenKind::Punct("(")) => {
                    let message = "this function-like macro is not expanded";
                    let help = "write out what it stands for";
                    self.errors.add(token.start, message, help);
                    out.push(Token { kind: TokenKind::Bad(message, help), ..token });
                }
                _ => out.push(token),
            },
            _ => out.push(token),
        }
    }
}

/// The message about a condition that the text does not decide.
pub fn undecided(name: &str) -> String {
    format!("whether '{name}' is defined is not known here")
}

/// The advice for it.
pub fn undecided_help(name: &str) -> String {
    format!("write '#define {name}' or '#undef {name}' above, as your build has it")
}
