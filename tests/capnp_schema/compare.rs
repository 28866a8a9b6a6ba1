//! Compares two requests.

use std::path::Path;

use capnp::message::ReaderOptions;
use capnp::serialize;

use crate::canonical::{self, Files};
use crate::verdicts::Answer;

/// The request as text.
pub fn files(request: &[u8]) -> Files {
    let mut options = ReaderOptions::new();
    options.traversal_limit_in_words(None);
    let message = serialize::read_message(request, options).unwrap_or_else(|e| panic!("not a message: {e}"));
    let request = message.get_root().unwrap_or_else(|e| panic!("not a request: {e}"));
    canonical::files(request).unwrap_or_else(|e| panic!("not a valid request: {e}"))
}

/// Our request for files in `root/schemas`, with imports from `root/include`; an error as text.
pub fn ours(root: &Path, files: &[String]) -> Answer {
    let prefix = root.join("schemas");
    let paths: Vec<_> = files.iter().map(|f| prefix.join(f)).collect();
    let request = wirelens::schema::capnp_request(&paths, &prefix, &[root.join("include")]);
    request.map(|r| self::files(&r)).map_err(|e| e.to_string())
}

/// The first lines that differ, below the first line of their block; None if the requests are equal.
pub fn difference(ours: &Files, reference: &Files) -> Option<String> {
    let lines = |files: &Files| -> Vec<String> {
        files.values().flatten().flat_map(|block| block.lines()).map(str::to_string).collect()
    };
    let (ours, reference) = (lines(ours), lines(reference));
    let same = ours.iter().zip(&reference).take_while(|(a, b)| a == b).count();
    if same == ours.len() && same == reference.len() {
        return None;
    }
    let block = ours[..same].iter().rev().find(|l| !l.starts_with(' ')).map_or("(at the start)", |l| l);
    let show =
        |lines: &[String]| -> String { lines[same..].iter().take(4).map(|l| format!("    {l}\n")).collect() };
    Some(format!("in {block}\n  reference:\n{}  ours:\n{}", show(&reference), show(&ours)))
}

/// The 64-bit FNV-1a hash of the concatenated texts.
pub fn digest<'a>(texts: impl Iterator<Item = &'a String>) -> u64 {
    let bytes = texts.flat_map(|text| text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
