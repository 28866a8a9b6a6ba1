//! Compares our answers to numbered cases with the reference's, which are computed or stored.
//!
//! An answer is stored as one line: a digest of the request as text, or `refused`.

use std::fmt::Write;
use std::path::Path;

use crate::canonical::Files;
use crate::{compare, reference};

/// A request as text, or the error message.
pub type Answer = Result<Files, String>;

/// The most differences that are shown.
const SHOWN: usize = 5;

/// Our errors for texts that the reference accepts: it lets the integer wrap around, and ignores the
/// arguments.
const STRICTER: [&str; 2] = ["this integer does not fit into 64 bits", "a type parameter takes no arguments"];

pub struct Verdicts {
    /// The stored lines, beginning with case 0.
    path: &'static str,
    kept: Vec<String>,
    cases: usize,
    anew: Vec<String>,
    count: usize,
    differ: usize,
    shown: String,
}

impl Verdicts {
    pub fn new(path: &'static str, cases: u64) -> Verdicts {
        let kept = std::fs::read_to_string(path).unwrap_or_default().lines().map(str::to_string).collect();
        let cases = cases as usize;
        Verdicts { path, kept, cases, anew: Vec::new(), count: 0, differ: 0, shown: String::new() }
    }

    /// The number of cases to compare: with the tool, multiplied by `WIRELENS_CASES`.
    pub fn count(&self) -> u64 {
        let factor = std::env::var("WIRELENS_CASES").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
        self.cases as u64 * if reference::tool().is_some() { factor } else { 1 }
    }

    /// The next case: its file, our answer, and the reference's if the tool was run.
    pub fn next(&mut self, file: &Path, ours: &Answer, reference: Option<&Answer>) {
        let kept = self.kept.get(self.count).cloned().unwrap_or("missing".to_string());
        let expected = reference.map_or(kept, line);
        self.count += 1;
        let stricter = matches!(ours, Err(e) if STRICTER.iter().any(|s| e.starts_with(s)));
        if line(ours) != expected && !(stricter && expected != REFUSED) {
            self.differ += 1;
            if self.differ <= SHOWN {
                let difference = match (ours, reference) {
                    (Ok(ours), Some(Ok(reference))) => compare::difference(ours, reference),
                    (_, Some(Err(e))) => Some(format!("the reference refuses it: {e}")),
                    (Err(e), _) => Some(format!("the reference says {expected}, we\n{e}")),
                    (Ok(_), None) => Some(format!("the reference says {expected}, we {}", line(ours))),
                };
                writeln!(self.shown, "{}: {}", file.display(), difference.unwrap_or_default()).unwrap();
            }
        }
        self.anew.push(expected);
    }

    /// Fails if there was a difference; stores the reference's answers if [`reference::bless`] is true.
    pub fn finish(self) {
        if reference::bless() {
            let lines = self.anew.iter().take(self.cases).fold(String::new(), |all, l| all + l + "\n");
            std::fs::write(self.path, lines).expect("it can be written");
        }
        let (differ, count, shown) = (self.differ, self.count, self.shown);
        assert!(differ == 0, "{differ} of {count} differ; WIRELENS_CAPNP=capnp shows in what\n{shown}");
    }
}

const REFUSED: &str = "refused";

/// The line in which an answer is stored.
fn line(answer: &Answer) -> String {
    match answer {
        Ok(files) => format!("{:016x}", compare::digest(files.values().flatten())),
        Err(_) => REFUSED.to_string(),
    }
}
