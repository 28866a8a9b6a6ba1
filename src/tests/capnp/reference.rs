//! The same walk as [`super::digest`], by the crate `capnp`, with its `private::layout` getters, which its
//! generated readers and its dynamic reader call. The dynamic reader itself takes a compiled schema only as a
//! static. This one takes ours and calls the getters as the dynamic reader does: if a pointer is null and has
//! a default, it reads the default, outside of the message and its limits.
//!
//! Errors are mapped to our rules ([`rule`]).

use super::Outcome;
use super::digest::{BUDGET, NAN, mix};
use crate::formats::Limits;
use crate::formats::capnp::rules;
use crate::schema::{DefaultValue, Field, Scalar, Schema, StructId, Type};
use capnp::message::{Reader, ReaderOptions};
use capnp::private::layout::{
    ElementSize, ListReader, PointerReader, PointerType, PrimitiveElement, StructReader,
};
use capnp::traits::{FromPointerReader, IntoInternalStructReader};
use capnp::{ErrorKind, Word, any_pointer_list, schema_capnp, struct_list};

/// Our rules that the crate checks too: all but those that only we have.
pub const RULES: [&str; 18] = [
    rules::BOUNDS,
    rules::TRAVERSAL,
    rules::NESTING,
    rules::SEGMENT,
    rules::STRUCT,
    rules::LIST,
    rules::TEXT,
    rules::DATA,
    rules::TEXT_ELEMENTS,
    rules::DATA_ELEMENTS,
    rules::TEXT_END,
    rules::TAG,
    rules::OVERRUN,
    rules::BITS_OF_STRUCTS,
    rules::NO_DATA,
    rules::NO_POINTERS,
    rules::BITS,
    rules::ELEMENTS,
];

/// Our rule for an error of the crate.
fn rule(kind: &ErrorKind) -> Option<&'static str> {
    use ErrorKind as E;
    Some(match kind {
        E::MessageContainsOutOfBoundsPointer => rules::BOUNDS,
        E::ReadLimitExceeded => rules::TRAVERSAL,
        E::MessageIsTooDeeplyNestedOrContainsCycles | E::NestingLimitExceeded => rules::NESTING,
        E::InvalidSegmentId(_) => rules::SEGMENT,
        E::MessageContainsNonStructPointerWhereStructPointerWasExpected => rules::STRUCT,
        E::MessageContainsNonListPointerWhereListPointerWasExpected => rules::LIST,
        E::MessageContainsNonListPointerWhereTextWasExpected => rules::TEXT,
        E::MessageContainsNonListPointerWhereDataWasExpected => rules::DATA,
        E::MessageContainsListPointerOfNonBytesWhereTextWasExpected => rules::TEXT_ELEMENTS,
        E::MessageContainsListPointerOfNonBytesWhereDataWasExpected => rules::DATA_ELEMENTS,
        E::MessageContainsTextThatIsNotNULTerminated => rules::TEXT_END,
        E::InlineCompositeListsOfNonStructTypeAreNotSupported => rules::TAG,
        E::InlineCompositeListsElementsOverrunItsWordCount => rules::OVERRUN,
        E::FoundStructListWhereBitListWasExpected => rules::BITS_OF_STRUCTS,
        E::ExpectedAPrimitiveListButGotAListOfPointerOnlyStructs => rules::NO_DATA,
        E::ExpectedAPointerListButGotAListOfDataOnlyStructs => rules::NO_POINTERS,
        E::FoundBitListWhereStructListWasExpected => rules::BITS,
        E::MessageContainsListWithIncompatibleElementType => rules::ELEMENTS,
        _ => return None,
    })
}

/// A schema with its default values in the form that the crate needs.
pub struct Reference<'s> {
    schema: &'s Schema,
    /// By struct and field.
    defaults: Vec<Vec<Vec<Word>>>,
}

pub fn words(bytes: &[u8]) -> Vec<Word> {
    let mut words = Word::allocate_zeroed_vec(bytes.len().div_ceil(8));
    Word::words_to_bytes_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
    words
}

impl<'s> Reference<'s> {
    pub fn new(schema: &'s Schema) -> Reference<'s> {
        let default = |f: &Field| match &f.default {
            Some(DefaultValue::Message(bytes)) => words(bytes),
            _ => vec![],
        };
        let defaults = schema.structs.iter().map(|s| s.fields.iter().map(default).collect()).collect();
        Reference { schema, defaults }
    }

    /// The walk over the first message. With `bits`, a list of truth values can only be read from a list of
    /// bits.
    pub fn message(&self, bytes: &[u8], root: StructId, limits: &Limits, bits: bool) -> Outcome {
        let aligned = words(bytes);
        let mut rest = &Word::words_to_bytes(&aligned)[..bytes.len()];
        let options = ReaderOptions {
            traversal_limit_in_words: Some(limits.traversal as usize),
            nesting_limit: limits.nesting as i32,
        };
        let read = capnp::serialize::read_message_from_flat_slice(&mut rest, options);
        let message: Reader<capnp::serialize::BufferSegments<&[u8]>> = match read {
            Ok(message) => message,
            Err(e) => {
                return match e.kind {
                    ErrorKind::EmptySlice => Outcome::End,
                    ErrorKind::FailedToFillTheWholeBuffer | ErrorKind::MessageEndsPrematurely(..) => {
                        Outcome::Cut
                    }
                    ErrorKind::InvalidNumberOfSegments(_) | ErrorKind::MessageTooLarge(_) => Outcome::Wrong,
                    other => Outcome::Other(format!("{other:?}")),
                };
            }
        };
        let size = (bytes.len() - rest.len()) as i64;
        let mut segments = Some(message.into_segments());
        let mut walk = |limit: usize| {
            let options = ReaderOptions { traversal_limit_in_words: Some(limit), ..options };
            let message = Reader::new(std::mem::take(&mut segments).expect("it is put back"), options);
            let mut walk = Walk { reference: self, budget: BUDGET, bits };
            let pointer = message.get_root::<Pointer>();
            let found = pointer.and_then(|p| walk.structure(p.0.get_struct(None)?, root, 0));
            segments = Some(message.into_segments());
            found
        };
        match walk(limits.traversal as usize) {
            // The number of words read is the least limit with which the walk succeeds.
            Ok(digest) => {
                let mut most = 1;
                while most < limits.traversal as usize && walk(most).is_err() {
                    most *= 2;
                }
                let (mut low, mut high) = (most / 2 + 1, most.min(limits.traversal as usize));
                while low < high {
                    let middle = low.midpoint(high);
                    if walk(middle).is_ok() { high = middle } else { low = middle + 1 }
                }
                Outcome::Value(size, digest, high as i64)
            }
            Err(e) => match rule(&e.kind) {
                Some(rule) => Outcome::Broken(rule),
                None => Outcome::Other(format!("{e:?}")),
            },
        }
    }
}

/// A pointer that has not been followed.
pub struct Pointer<'a>(pub PointerReader<'a>);

impl<'a> FromPointerReader<'a> for Pointer<'a> {
    fn get_from_pointer(p: &PointerReader<'a>, _: Option<&'a [Word]>) -> capnp::Result<Pointer<'a>> {
        Ok(Pointer(*p))
    }
}

/// Any struct of the crate's own schemas gives access to the structs of a list.
type Structs<'a> = struct_list::Reader<'a, schema_capnp::node::Owned>;

struct Walk<'r> {
    reference: &'r Reference<'r>,
    budget: i64,
    bits: bool,
}

impl<'r> Walk<'r> {
    fn spent(&mut self) -> bool {
        if self.budget <= 0 {
            return true;
        }
        self.budget -= 1;
        false
    }

    fn structure(&mut self, s: StructReader<'r>, id: StructId, mut digest: i64) -> capnp::Result<i64> {
        if self.spent() {
            return Ok(digest);
        }
        let schema = &self.reference.schema.structs[id];
        let which = schema.tag.map(|tag| s.get_data_field::<u16>(tag as usize / 2));
        if let Some(which) = which {
            digest = mix(digest, which.into());
        }
        for (field, default) in schema.fields.iter().zip(&self.reference.defaults[id]) {
            if field.variant.is_some() && field.variant != which {
                continue;
            }
            digest = match &field.ty {
                Type::Void => digest,
                Type::Group(id) => self.structure(s, *id, digest)?,
                ty if ty.is_pointer() => {
                    let pointer = s.get_pointer_field(field.offset as usize / 8);
                    let digest = mix(digest, i64::from(!pointer.is_null()));
                    self.pointer(pointer, ty, Some(&default[..]).filter(|d| !d.is_empty()), digest)?
                }
                ty => mix(digest, data(&s, ty, field)),
            };
        }
        Ok(digest)
    }

    fn pointer(
        &mut self,
        pointer: PointerReader<'r>,
        ty: &Type,
        default: Option<&'r [Word]>,
        digest: i64,
    ) -> capnp::Result<i64> {
        // As in the dynamic reader, a pointer outside of any message has no limits.
        let pointer = match default {
            Some(_) if pointer.is_null() => pointer.get_struct(None)?.get_pointer_field(0),
            _ => pointer,
        };
        let bytes = |bytes: &[u8]| {
            let digest = mix(digest, bytes.len() as i64);
            let some = [0, bytes.len() / 2, bytes.len().wrapping_sub(1)];
            let some = if bytes.is_empty() { &[][..] } else { &some[..] };
            some.iter().fold(digest, |digest, at| mix(digest, bytes[*at].into()))
        };
        match ty {
            Type::Ref(id) => self.structure(pointer.get_struct(default)?, *id, digest),
            Type::Text => Ok(bytes(pointer.get_text(default)?.as_bytes())),
            Type::Data => Ok(bytes(pointer.get_data(default)?)),
            Type::List(element) => self.list(pointer, element, default, digest),
            Type::Any | Type::Capability => {
                let kind = match pointer.get_pointer_type() {
                    Ok(PointerType::Null) => 0,
                    Ok(PointerType::Struct) => 1,
                    Ok(PointerType::List) => 2,
                    Ok(PointerType::Capability) => 3,
                    Err(e) if matches!(e.kind, ErrorKind::UnexpectedFarPointer) => 4,
                    Err(e) if matches!(e.kind, ErrorKind::UnknownPointerType) => 4,
                    Err(e) => return Err(e),
                };
                Ok(mix(digest, kind))
            }
            other => unreachable!("{other:?} is no pointer"),
        }
    }

    fn list(
        &mut self,
        pointer: PointerReader<'r>,
        element: &Type,
        default: Option<&'r [Word]>,
        digest: i64,
    ) -> capnp::Result<i64> {
        if let Type::Ref(id) = element {
            let list = Structs::get_from_pointer(&pointer, default)?;
            if self.spent() {
                return Ok(digest);
            }
            let len = list.len();
            return elements(len).try_fold(mix(digest, len.into()), |digest, i| {
                self.structure(list.get(i).into_internal_struct_reader(), *id, digest)
            });
        }
        // Only a list of bits cannot be read as a list of `Void`.
        if self.bits && matches!(element, Type::Bit(_)) && !pointer.is_null() {
            match pointer.get_list(ElementSize::Void, None) {
                Err(e) if matches!(e.kind, ErrorKind::FoundBitListWhereStructListWasExpected) => {}
                Err(e) => return Err(e),
                Ok(_) => {
                    return Err(capnp::Error::from_kind(
                        ErrorKind::MessageContainsListWithIncompatibleElementType,
                    ));
                }
            }
        }
        let list = pointer.get_list(size(element), default)?;
        if self.spent() {
            return Ok(digest);
        }
        let digest = mix(digest, list.len().into());
        if *element == Type::Void {
            return Ok(digest);
        }
        elements(list.len()).try_fold(digest, |digest, i| {
            if element.is_pointer() {
                let Pointer(pointer) = any_pointer_list::Reader { reader: list }.get(i).get_as()?;
                return self.pointer(pointer, element, None, digest);
            }
            Ok(mix(digest, number(&list, element, i)))
        })
    }
}

/// The indices of the elements that are read.
fn elements(len: u32) -> impl Iterator<Item = u32> {
    (0..len.min(3)).map(move |i| if i == 2 { len - 1 } else { i })
}

/// The element size to request for a list of this type.
fn size(element: &Type) -> ElementSize {
    match element {
        Type::Void => ElementSize::Void,
        Type::Bit(_) => ElementSize::Bit,
        Type::Scalar(scalar, _) | Type::Enum(_, scalar, _) => match scalar.size() {
            1 => ElementSize::Byte,
            2 => ElementSize::TwoBytes,
            4 => ElementSize::FourBytes,
            _ => ElementSize::EightBytes,
        },
        _ => ElementSize::Pointer,
    }
}

/// The bits of a float; all NaN are equal.
fn bits(x: f64) -> i64 {
    if x.is_nan() { NAN } else { x.to_bits() as i64 }
}

/// A field of the data section.
fn data(s: &StructReader, ty: &Type, field: &Field) -> i64 {
    let mask = match field.default {
        Some(DefaultValue::Bits(bits)) => bits,
        _ => 0,
    };
    let at = |size: u64| (field.offset / size) as usize;
    match ty {
        Type::Bit(bit) => s.get_bool_field_mask(field.offset as usize * 8 + *bit as usize, mask != 0).into(),
        Type::Enum(..) => s.get_data_field_mask::<u16>(at(2), mask as u16).into(),
        Type::Scalar(scalar, _) => match scalar {
            Scalar::I8 => s.get_data_field_mask::<i8>(at(1), mask as i8).into(),
            Scalar::I16 => s.get_data_field_mask::<i16>(at(2), mask as i16).into(),
            Scalar::I32 => s.get_data_field_mask::<i32>(at(4), mask as i32).into(),
            Scalar::I64 => s.get_data_field_mask::<i64>(at(8), mask as i64),
            Scalar::U8 => s.get_data_field_mask::<u8>(at(1), mask as u8).into(),
            Scalar::U16 => s.get_data_field_mask::<u16>(at(2), mask as u16).into(),
            Scalar::U32 => s.get_data_field_mask::<u32>(at(4), mask as u32).into(),
            Scalar::U64 => s.get_data_field_mask::<u64>(at(8), mask) as i64,
            Scalar::F32 => bits(s.get_data_field_mask::<f32>(at(4), mask as u32).into()),
            Scalar::F64 => bits(s.get_data_field_mask::<f64>(at(8), mask)),
            Scalar::Bool => unreachable!("truth values are bits"),
        },
        other => unreachable!("{other:?} is not in the data section"),
    }
}

/// An element of a list.
fn number(list: &ListReader, ty: &Type, i: u32) -> i64 {
    match ty {
        Type::Bit(_) => bool::get(list, i).into(),
        Type::Enum(..) => u16::get(list, i).into(),
        Type::Scalar(scalar, _) => match scalar {
            Scalar::I8 => i8::get(list, i).into(),
            Scalar::I16 => i16::get(list, i).into(),
            Scalar::I32 => i32::get(list, i).into(),
            Scalar::I64 => i64::get(list, i),
            Scalar::U8 => u8::get(list, i).into(),
            Scalar::U16 => u16::get(list, i).into(),
            Scalar::U32 => u32::get(list, i).into(),
            Scalar::U64 => u64::get(list, i) as i64,
            Scalar::F32 => bits(f32::get(list, i).into()),
            Scalar::F64 => bits(f64::get(list, i)),
            Scalar::Bool => unreachable!("truth values are bits"),
        },
        other => unreachable!("{other:?} is no number"),
    }
}
