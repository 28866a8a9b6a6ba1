//! A packed stream of messages, presented as unpacked: a script can read any byte of it at any time.
//!
//! One pass over the stream determines its length and how it ends; its blocks are unpacked on access. So
//! memory is bounded, whatever the unpacked size. If the stream is damaged, the last whole message is
//! followed by bytes that cannot begin a message.

use super::frame::ending;
use super::packing::Index;
use crate::error::Error;
use crate::formats::limits::Limits;
use crate::formats::split::Ending;
use crate::input::{Filled, Input, Lost};

/// Bytes of a block.
const BLOCK: u64 = Input::CHUNK;

/// Bytes that cannot begin a message under any limits: 2^32 segments.
const DAMAGE: [u8; 8] = [0xFF; 8];

pub struct Unpacked<'i> {
    input: &'i Input<'i>,
    filled: Filled<'i>,
    /// The number of whole messages.
    pub records: u64,
    /// What follows them.
    pub behind: Ending,
}

impl<'i> Unpacked<'i> {
    pub fn new(input: &'i Input, limits: &Limits) -> Result<Unpacked<'i>, Error> {
        let packed = input.bytes();
        let index = Index::new(packed, limits, BLOCK);
        let (records, at) = (index.messages, index.end.packed as u64);
        let behind = ending(index.behind.clone(), at);
        if let Ending::NoMemory { bytes, .. } = behind {
            let what = format!("message {records} (at byte {at})");
            return Err(Error::no_memory(input.name(), &what, bytes).at_record(records).at(at));
        }
        let (end, damaged) = (index.end.unpacked, matches!(behind, Ending::Damaged { .. }));
        let fill = move |block: u64, out: &mut [u8]| {
            if damaged && end / BLOCK == block {
                let at = (end % BLOCK) as usize;
                out[at..at + DAMAGE.len()].copy_from_slice(&DAMAGE);
            }
            index.unpack(packed, block, out)
        };
        let len = end + if damaged { DAMAGE.len() as u64 } else { 0 };
        let filled = Filled::new(len, BLOCK as usize, Box::new(fill)).ok_or_else(|| {
            let name = input.name();
            Error::system(format!(
                "{name}: it unpacks to {len} bytes, for which the system does not give the addresses: raise \
                 the limit (ulimit -v), or use 'wirelens eval' or 'select', which need few"
            ))
            .about(name)
        })?;
        Ok(Unpacked { input, filled, records, behind })
    }

    pub fn bytes(&self) -> &[u8] {
        self.filled.bytes()
    }

    /// Whether all bytes were those of the stream: to be checked before a result is used.
    pub fn check(&self) -> Result<(), Error> {
        let name = self.input.name();
        match self.filled.lost() {
            None => Ok(()),
            Some(Lost::Memory) => Err(Error::no_memory(name, "to unpack a block", BLOCK)),
            Some(Lost::Content) => Err(Error::data(format!(
                "{name}: its bytes were changed while they were read: run again when the file is complete"
            ))
            .about(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// The file loses its second half while its blocks are unpacked in the fault handler, which causes a
    /// fault within a fault.
    #[test]
    fn a_file_that_is_cut_while_it_is_unpacked_is_reported() {
        // A message of 127,500 uncompressed words, some 1 MB, packed and unpacked.
        let run = [&[0xFF][..], &[7; 8], &[254], &[9; 8 * 254]].concat();
        let words = 500 * 255u32;
        let message = [&[0xF0][..], &words.to_le_bytes(), &run.repeat(500)].concat();
        let path = std::env::temp_dir().join(format!("wirelens-unpacked-{}", std::process::id()));
        std::fs::write(&path, message.repeat(12)).expect("the temporary directory takes a file");
        let size = 8 + 8 * u64::from(words);
        let open = |path: &Path| Input::open(path).expect("a regular file");
        let (whole, cut) = (open(&path), open(&path));
        let limits = Limits::default();
        let unpacked = Unpacked::new(&whole, &limits).expect("there are addresses");
        let sum = |bytes: &[u8]| bytes.iter().map(|b| u64::from(*b)).sum::<u64>();
        assert_eq!((unpacked.bytes().len() as u64, &unpacked.behind), (12 * size, &Ending::End));
        let of_message =
            words.to_le_bytes().iter().map(|b| u64::from(*b)).sum::<u64>() + 500 * (8 * 7 + 8 * 254 * 9);
        assert_eq!(sum(unpacked.bytes()), 12 * of_message);
        assert!(unpacked.check().is_ok() && whole.check().is_ok());

        let unpacked = Unpacked::new(&cut, &limits).expect("there are addresses");
        assert_eq!(sum(&unpacked.bytes()[..size as usize]), of_message);
        let file = std::fs::File::options().write(true).open(&path).expect("it is there");
        file.set_len(message.len() as u64 * 6).expect("it can be cut");
        assert!(sum(unpacked.bytes()) < 12 * of_message);
        assert!(cut.check().is_err_and(|error| error.to_string().contains("cut short")));
        drop(file);
        std::fs::remove_file(&path).expect("it is there");
    }
}
