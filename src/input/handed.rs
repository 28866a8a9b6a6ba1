//! Byte slices as native code passes them to a host function.

use std::marker::PhantomData;

/// A slice in a layout that native code can write: the address of the first byte (8 bytes), then the length
/// (8 bytes). (Rust does not specify the layout of its own slices.)
///
/// # Invariant
///
/// The two fields are those of a slice that lives for `'a`. Code outside of Rust that makes one must ensure
/// this.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RawSlice<'a> {
    address: *const u8,
    len: usize,
    slice: PhantomData<&'a [u8]>,
}

impl<'a> RawSlice<'a> {
    /// The slice.
    pub fn bytes(&self) -> &'a [u8] {
        // SAFETY: the invariant.
        unsafe { std::slice::from_raw_parts(self.address, self.len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_is_read_back() {
        for slice in [&b"text"[..], &b"text"[2..], b""] {
            let handed = RawSlice { address: slice.as_ptr(), len: slice.len(), slice: PhantomData };
            assert_eq!(handed.bytes(), slice);
        }
        assert_eq!((size_of::<RawSlice>(), std::mem::offset_of!(RawSlice, len)), (16, 8));
    }
}
