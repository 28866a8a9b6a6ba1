//! `#pragma pack`, `#pragma scalar_storage_order`, `#pragma wirelens header(N)`.
//!
//! Each takes effect from its position on. Within a struct they are errors: compilers disagree on which
//! fields they apply to. Pragmas known to change no layout are skipped, all others are errors.

use super::Parse;
use super::lexer::TokenKind;
use super::parser::Parser;
use crate::schema::Endian;

impl Parser<'_, '_, '_> {
    /// Executes the pragma at the current token and moves past it.
    pub fn pragma(&mut self) {
        let at = self.here();
        self.bump();
        if self.pragma_words(at).is_ok() && self.kind() != TokenKind::PragmaEnd {
            self.expected("the end of the pragma");
        }
        while !matches!(self.kind(), TokenKind::PragmaEnd | TokenKind::End) {
            self.bump();
        }
        if self.kind() == TokenKind::PragmaEnd {
            self.bump();
        }
    }

    fn pragma_words(&mut self, at: usize) -> Parse<()> {
        let TokenKind::Word(name) = self.kind() else {
            return Err(self.error(
                at,
                "this pragma is not known",
                "delete it if it does not change the layout",
            ));
        };
        let shapes = matches!(name, "pack" | "scalar_storage_order");
        if shapes && self.nesting() > 0 {
            let message = format!("compilers disagree on what '#pragma {name}' within a struct reaches");
            return Err(self.error(at, message, "move it before the struct"));
        }
        let scope = self.kind_after(1);
        match name {
            "pack" => {
                self.bump();
                self.expect("(")?;
                self.pack(at)?;
                self.expect(")").map(drop)
            }
            "scalar_storage_order" => {
                self.bump();
                self.order = match self.pragma_order() {
                    Some(order) => order,
                    None => return Err(self.expected("'big-endian', 'little-endian' or 'default'")),
                };
                Ok(())
            }
            "wirelens" if scope == TokenKind::Word("header") => {
                self.bump();
                self.bump();
                self.header(at)
            }
            "wirelens" => {
                let help = "there is '#pragma wirelens header(N)': N bytes lie before the first record";
                Err(self.error(at, "this pragma of wirelens is not known", help))
            }
            "once" | "region" | "endregion" | "message" | "warning" => self.rest_of_pragma(),
            "GCC" | "clang"
                if scope == TokenKind::Word("diagnostic") || scope == TokenKind::Word("system_header") =>
            {
                self.rest_of_pragma()
            }
            _ => {
                let message = format!("the pragma '{name}' is not known");
                Err(self.error(at, message, "delete it if it does not change the layout"))
            }
        }
    }

    fn rest_of_pragma(&mut self) -> Parse<()> {
        while !matches!(self.kind(), TokenKind::PragmaEnd | TokenKind::End) {
            self.bump();
        }
        Ok(())
    }

    fn pragma_order(&mut self) -> Option<Endian> {
        let TokenKind::Word(word) = self.kind() else { return None };
        self.bump();
        if word == "default" {
            return Some(Endian::Little);
        }
        let known = self.eat("-") && self.kind() == TokenKind::Word("endian");
        let order = match word {
            "big" => Endian::Big,
            "little" => Endian::Little,
            _ => return None,
        };
        known.then(|| self.bump());
        known.then_some(order)
    }

    /// The arguments of `pack(…)`.
    fn pack(&mut self, at: usize) -> Parse<()> {
        match self.kind() {
            TokenKind::Punct(")") => self.pack = None,
            TokenKind::Word("push") => {
                self.bump();
                self.packs.push(self.pack);
                if self.eat(",") {
                    self.pack = self.pack_value(at)?;
                }
            }
            TokenKind::Word("pop") => {
                self.bump();
                match self.packs.pop() {
                    Some(pack) => self.pack = pack,
                    None => {
                        let help = "delete it, or write '#pragma pack(push, n)' before the structs it is for";
                        return Err(self.error(at, "this 'pack(pop)' has no 'pack(push)' before it", help));
                    }
                }
            }
            _ => self.pack = self.pack_value(at)?,
        }
        Ok(())
    }

    fn pack_value(&mut self, at: usize) -> Parse<Option<u64>> {
        let value = self.constant()?.number;
        match value {
            0 => Ok(None),
            1 | 2 | 4 | 8 | 16 => Ok(u64::try_from(value).ok()),
            _ => {
                let help = "write 1, 2, 4, 8 or 16, or '#pragma pack()' for natural alignment";
                Err(self.error(at, format!("'pack' does not take {value}"), help))
            }
        }
    }

    fn header(&mut self, at: usize) -> Parse<()> {
        self.expect("(")?;
        let value = self.constant()?.number;
        self.expect(")")?;
        if self.has_header {
            return Err(self.error(at, "the header is declared twice", "delete one of the two pragmas"));
        }
        self.has_header = true;
        match i64::try_from(value) {
            Ok(size @ 0..) => {
                self.schema.header = size as u64;
                Ok(())
            }
            _ => Err(self.error(at, format!("a header cannot have {value} bytes"), "write 0 or more")),
        }
    }
}
