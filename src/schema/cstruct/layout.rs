//! The offsets of fields: System V x86-64, with GCC's `packed`, `aligned` and `#pragma pack`.
//!
//! Three rules, in GCC's order: a packed field is aligned to 1, unless it has an `aligned` attribute; an
//! unpacked one to its type's alignment, or to that of the attribute if stricter; `#pragma pack` caps both.
//! The alignment of a struct is that of its strictest field or of its own `aligned`, which no cap lowers.

/// The largest size of a struct: offsets must stay within an `i64`.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// The properties of a field that determine its offset.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    pub size: u64,
    /// The alignment of its type.
    pub align: u64,
    /// The alignment of the field's own `aligned` attribute.
    pub aligned: Option<u64>,
    pub packed: bool,
}

/// A struct under construction.
#[derive(Debug)]
pub struct StructBuilder {
    /// `packed` on the struct: it applies to all fields.
    pub packed: bool,
    /// `#pragma pack(n)`.
    pub pack: Option<u64>,
    size: u64,
    align: u64,
}

impl StructBuilder {
    /// `aligned` is the struct's own attribute.
    pub fn new(packed: bool, pack: Option<u64>, aligned: Option<u64>) -> StructBuilder {
        StructBuilder { packed, pack, size: 0, align: aligned.unwrap_or(1) }
    }

    /// The offset of the next field; `None` if the struct becomes too large.
    pub fn place(&mut self, field: Placed) -> Option<u64> {
        let wanted = match (self.packed || field.packed, field.aligned) {
            (true, aligned) => aligned.unwrap_or(1),
            (false, aligned) => field.align.max(aligned.unwrap_or(1)),
        };
        let align = wanted.min(self.pack.unwrap_or(u64::MAX));
        let offset = self.size.checked_next_multiple_of(align)?;
        self.size = offset.checked_add(field.size).filter(|size| *size <= MAX_SIZE)?;
        self.align = self.align.max(align);
        Some(offset)
    }

    /// Size and alignment of the whole struct.
    pub fn finish(self) -> Option<(u64, u64)> {
        let size = self.size.checked_next_multiple_of(self.align).filter(|size| *size <= MAX_SIZE)?;
        Some((size, self.align))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(layout: &mut StructBuilder, size: u64, aligned: Option<u64>) -> Option<u64> {
        layout.place(Placed { size, align: size, aligned, packed: false })
    }

    #[test]
    fn an_alignment_of_its_own_survives_packed_and_is_capped_by_pack() {
        let mut packed = StructBuilder::new(true, None, None);
        assert_eq!(offset(&mut packed, 1, None), Some(0));
        assert_eq!(offset(&mut packed, 4, Some(2)), Some(2));
        assert_eq!(packed.finish(), Some((6, 2)));
        let mut capped = StructBuilder::new(false, Some(2), Some(8));
        assert_eq!(offset(&mut capped, 1, None), Some(0));
        assert_eq!(offset(&mut capped, 4, Some(4)), Some(2));
        assert_eq!(capped.finish(), Some((8, 8)));
    }

    #[test]
    fn what_exceeds_i64_is_refused() {
        let mut layout = StructBuilder::new(false, None, None);
        assert_eq!(layout.place(Placed { size: MAX_SIZE, align: 1, aligned: None, packed: false }), Some(0));
        assert_eq!(offset(&mut layout, 1, None), None);
    }
}
