//! Reading with the `capnp` crate: messages from a flat slice, without copies.

use capnp::Result;
use capnp::message::{Reader, ReaderOptions};
use capnp::serialize::{BufferSegments, read_message_from_flat_slice};

/// Calls `read` with each message in `bytes`.
pub fn each(mut bytes: &[u8], mut read: impl FnMut(&Reader<BufferSegments<&[u8]>>) -> Result<()>) {
    let mut options = ReaderOptions::new();
    options.traversal_limit_in_words(Some(super::LIMIT));
    while !bytes.is_empty() {
        let message = read_message_from_flat_slice(&mut bytes, options);
        message.and_then(|message| read(&message)).expect("the bench made it");
    }
}
