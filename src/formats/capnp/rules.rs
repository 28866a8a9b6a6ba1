//! The rules of the encoding that bytes can break, as error messages.

/// The bytes cannot begin a message; [`super::frame`] reports why.
pub const FRAME: &str = "there is no message where one should begin";
/// A pointer, or an object, is not within its segment.
pub const BOUNDS: &str = "a pointer leads out of its segment";
/// More was read than the traversal limit allows.
pub const TRAVERSAL: &str = "more words are read than the traversal limit of a message allows";
/// Pointers nest too deep.
pub const NESTING: &str = "pointers are nested deeper than the nesting limit allows";
/// There is no segment with that number.
pub const SEGMENT: &str = "a far pointer names a segment that the message does not have";
/// The landing pad of a double-far pointer does not begin with a far pointer.
pub const PAD: &str = "the landing pad of a double-far pointer does not begin with a far pointer";
/// Not a struct.
pub const STRUCT: &str = "a struct pointer is needed but another kind of pointer is there";
/// Not a list.
pub const LIST: &str = "a list pointer is needed but another kind of pointer is there";
/// Not a list, but text is needed.
pub const TEXT: &str = "a pointer to text is needed but another kind of pointer is there";
/// Not a list, but data is needed.
pub const DATA: &str = "a pointer to data is needed but another kind of pointer is there";
/// Text whose elements are not bytes.
pub const TEXT_ELEMENTS: &str = "text is needed but the list has other elements than bytes";
/// Data whose elements are not bytes.
pub const DATA_ELEMENTS: &str = "data is needed but the list has other elements than bytes";
/// Text without a zero byte at its end.
pub const TEXT_END: &str = "text does not end with a zero byte";
/// The tag of a composite list is not that of a struct.
pub const TAG: &str = "the tag of a list of structs is not a struct pointer";
/// The tag's count has bit 29 set.
pub const TAG_COUNT: &str = "the tag of a list of structs has an impossible count";
/// The elements need more words than the list has.
pub const OVERRUN: &str = "the elements of a list of structs need more words than the list has";
/// Bits are needed, but the list has structs.
pub const BITS_OF_STRUCTS: &str = "a list of truth values is needed but the list has structs";
/// Primitive elements are needed, but the list has structs without data.
pub const NO_DATA: &str = "a list of numbers is needed but the list has structs without data";
/// Pointers are needed, but the list has structs without pointers.
pub const NO_POINTERS: &str = "a list of pointers is needed but the list has structs without pointers";
/// The list has bits, but another kind is needed.
pub const BITS: &str = "another list is needed but the list has truth values";
/// The elements are too small, or of another kind.
pub const ELEMENTS: &str = "the elements of a list are smaller than needed or of another kind";
