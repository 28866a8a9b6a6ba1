//! Lines on their way out: collected, and sent together.

use std::io::{Result, Write};

/// So many bytes go out at once.
const BATCH: usize = 64 << 10;
/// A line of more bytes goes out in parts.
const LONGEST: usize = 1 << 20;

/// Lines on their way out.
pub struct Lines<'o, W> {
    out: &'o mut W,
    text: Vec<u8>,
    /// Where in `text` the line begins that is being written, or what is left of it.
    line: usize,
}

impl<W: Write> Lines<'_, W> {
    pub fn new(out: &mut W) -> Lines<'_, W> {
        Lines { out, text: Vec::with_capacity(2 * BATCH), line: 0 }
    }

    /// A new line.
    pub fn begin(&mut self) {
        self.line = self.text.len();
    }

    /// Drops the line that was begun.
    pub fn take_back(&mut self) {
        self.text.truncate(self.line);
    }

    /// Lines as they are; gives a buffer back, which is empty.
    pub fn add(&mut self, mut lines: Vec<u8>) -> Vec<u8> {
        match self.text.is_empty() {
            true => std::mem::swap(&mut self.text, &mut lines),
            false => self.text.extend_from_slice(&lines),
        }
        lines.clear();
        lines
    }

    /// Whether it is time to send.
    pub fn full(&self) -> bool {
        self.text.len() >= BATCH
    }

    pub fn send(&mut self) -> Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        self.line = 0;
        self.out.flush()
    }
}

impl<W: Write> Write for Lines<'_, W> {
    fn write(&mut self, part: &[u8]) -> Result<usize> {
        self.text.extend_from_slice(part);
        if self.text.len() > LONGEST {
            self.send()?;
        }
        Ok(part.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
