//! Attributes, in each of their syntaxes: `__attribute__((…))`, `[[…]]`, `_Alignas(…)`, `alignas(…)`.
//!
//! Attributes that affect the layout are kept, those known to be harmless are skipped. Any other is an error,
//! since it may change the layout (`mode`, `vector_size`).

use super::Parse;
use super::lexer::TokenKind;
use super::parser::Parser;
use crate::schema::Endian;

/// The attributes at one place.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    pub packed: Option<usize>,
    pub aligned: Option<u64>,
    /// The position of a second, different alignment.
    pub realigned: Option<usize>,
    pub order: Option<Endian>,
    /// The position of `scalar_storage_order`, if that set the order; only a struct may have it.
    pub storage_order: Option<usize>,
    /// The position of the first attribute that was kept.
    pub at: Option<usize>,
}

/// The largest alignment that GCC takes.
const MAX_ALIGN: u64 = 1 << 28;

/// Attributes without an effect on layout.
const HARMLESS: [&str; 13] = [
    "unused",
    "maybe_unused",
    "used",
    "deprecated",
    "may_alias",
    "designated_init",
    "visibility",
    "nodiscard",
    "warn_unused_result",
    "nonstring",
    "unavailable",
    "access",
    "nonnull",
];

impl Parser<'_, '_, '_> {
    /// Parses all attributes at the current token.
    pub fn attributes(&mut self, into: &mut Attributes) -> Parse<()> {
        loop {
            let at = self.here();
            match self.kind() {
                TokenKind::Word("__attribute__" | "__attribute") => {
                    self.bump();
                    self.expect("(")?;
                    self.expect("(")?;
                    self.attribute_list(into, ")")?;
                    self.expect(")")?;
                }
                TokenKind::Punct("[") if self.kind_after(1) == TokenKind::Punct("[") => {
                    self.bump();
                    self.bump();
                    self.attribute_list(into, "]")?;
                    self.expect("]")?;
                }
                TokenKind::Word("_Alignas" | "alignas") => {
                    self.bump();
                    self.expect("(")?;
                    let align =
                        if self.starts_type() { self.type_name()?.align } else { self.alignment(at)? };
                    self.expect(")")?;
                    into.align(align, at);
                }
                TokenKind::Word("__declspec") => {
                    let help = "write __attribute__((packed)) or __attribute__((aligned(n))); layouts are those of GCC";
                    return Err(self.error(at, "'__declspec' is not read", help));
                }
                _ => return Ok(()),
            }
        }
    }

    /// A comma-separated list, up to and including `close`.
    fn attribute_list(&mut self, into: &mut Attributes, close: &'static str) -> Parse<()> {
        while !self.eat(close) {
            if !self.eat(",") {
                self.attribute(into)?;
                if self.kind() != TokenKind::Punct(close) && self.kind() != TokenKind::Punct(",") {
                    return Err(self.expected(&format!("',' or '{close}'")));
                }
            }
        }
        Ok(())
    }

    fn attribute(&mut self, into: &mut Attributes) -> Parse<()> {
        let at = self.here();
        let TokenKind::Word(mut name) = self.kind() else {
            return Err(self.expected("the name of an attribute"));
        };
        self.bump();
        let mut scope = "";
        if self.eat("::") {
            let TokenKind::Word(inner) = self.kind() else {
                return Err(self.expected("the name of an attribute"));
            };
            (scope, name) = (name, inner);
            self.bump();
        }
        let plain = name.strip_prefix("__").and_then(|n| n.strip_suffix("__")).unwrap_or(name);
        match (scope, plain) {
            ("wirelens", "big_endian") => into.order(Endian::Big, at),
            ("wirelens", "little_endian") => into.order(Endian::Little, at),
            ("wirelens", _) => {
                let help = "there are [[wirelens::big_endian]] and [[wirelens::little_endian]]";
                return Err(self.error(at, format!("the attribute 'wirelens::{name}' is not known"), help));
            }
            (_, "packed") => {
                into.packed = Some(at);
                into.at.get_or_insert(at);
            }
            (_, "aligned") => {
                // Without a number it is the largest alignment of any scalar type.
                let mut align = 16;
                if self.eat("(") {
                    align = self.alignment(at)?;
                    self.expect(")")?;
                }
                into.align(align, at);
            }
            (_, "scalar_storage_order") => {
                self.expect("(")?;
                let order = match self.kind() {
                    TokenKind::Text("big-endian") => Endian::Big,
                    TokenKind::Text("little-endian") => Endian::Little,
                    _ => return Err(self.expected("\"big-endian\" or \"little-endian\"")),
                };
                self.bump();
                self.expect(")")?;
                into.order(order, at);
                into.storage_order = Some(at);
            }
            _ if HARMLESS.contains(&plain) => {
                if self.kind() == TokenKind::Punct("(") {
                    self.balanced()?;
                }
            }
            _ => {
                let help = "delete it if it does not change the layout; 'packed', 'aligned' and 'scalar_storage_order' are read";
                return Err(self.error(at, format!("the attribute '{name}' is not known"), help));
            }
        }
        Ok(())
    }

    /// The alignment that the attributes give a type; two different ones are an error, since GCC uses the
    /// last and C++ the strictest.
    pub fn one_alignment(&mut self, attributes: &Attributes) -> Parse<Option<u64>> {
        match attributes.realigned {
            None => Ok(attributes.aligned),
            Some(at) => Err(self.error(at, "this type has two alignments", "delete one of the two")),
        }
    }

    /// A constant that is a power of two.
    fn alignment(&mut self, at: usize) -> Parse<u64> {
        let value = self.constant()?;
        match u64::try_from(value.number) {
            Ok(n) if n.is_power_of_two() && n <= MAX_ALIGN => Ok(n),
            _ => {
                let message = format!("{} is no alignment", value.number);
                Err(self.error(at, message, "an alignment is a power of two, at most 268435456"))
            }
        }
    }
}

impl Attributes {
    /// Adds the attributes at another place of the same declaration.
    pub fn add(&mut self, other: Attributes) {
        self.packed = self.packed.or(other.packed);
        if let (Some(align), Some(at)) = (other.aligned, other.at) {
            self.align(align, at);
        }
        self.realigned = self.realigned.or(other.realigned);
        self.order = other.order.or(self.order);
        self.storage_order = self.storage_order.or(other.storage_order);
        self.at = self.at.or(other.at);
    }

    /// If a field has several alignments, the strictest applies.
    fn align(&mut self, align: u64, at: usize) {
        if self.aligned.is_some_and(|old| old != align) {
            self.realigned = Some(at);
        }
        self.aligned = Some(self.aligned.unwrap_or(0).max(align));
        self.at.get_or_insert(at);
    }

    fn order(&mut self, order: Endian, at: usize) {
        self.order = Some(order);
        self.at.get_or_insert(at);
    }
}
