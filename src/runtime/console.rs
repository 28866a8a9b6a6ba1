//! The console: receives the output of host functions, and their messages to the caller of the program.

use std::panic::resume_unwind;
use std::{fmt, io};

/// Receives the text that a console has buffered for one of its streams.
pub type Sink = Box<dyn FnMut(Stream, &[u8]) -> io::Result<()> + Send>;

/// The destination of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Stream {
    /// The result of the program.
    #[default]
    Output,
    /// Everything else that is reported.
    Errors,
}

/// The state that host functions write to.
#[derive(Default)]
pub struct Console {
    /// Text that was written and has not been passed to the sink yet.
    pub text: Vec<u8>,
    /// The message of the error that the program is about to raise.
    pub message: Vec<u8>,
    /// Receives the text when there is much of it, or when it is flushed. Without a sink, all text stays in
    /// `text`.
    pub sink: Option<Sink>,
    /// The sink's error: the run is over, and further text is dropped.
    pub failed: Option<io::Error>,
    /// The exit code of the program, if it sets one.
    pub exit: Option<i64>,
    /// The end of the last whole record that was found, as an offset in the input.
    pub records_end: Option<u64>,
    /// The format specification that was written last.
    pub spec: Vec<u8>,
    /// The stream that the text is for.
    stream: Stream,
    /// Whether writes go to `message`.
    telling: bool,
    /// Start offsets of text that is to be taken back and written in another form.
    marks: Vec<usize>,
    /// A host function has panicked, or the sink has failed: the run is over, and `message` has the reason.
    panicked: bool,
}

/// The panic payload that ends a host function when the sink has failed.
pub(super) struct Unwritable;

/// Text longer than this goes to the sink.
pub(super) const MUCH: usize = 1 << 16;

impl Console {
    /// A console whose text goes to `sink`.
    pub fn to(sink: Sink) -> Console {
        Console { sink: Some(sink), ..Console::default() }
    }

    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) {
        self.with(|text| text.extend_from_slice(bytes));
    }

    /// Lets `f` append bytes.
    pub fn with(&mut self, f: impl FnOnce(&mut Vec<u8>)) {
        if self.telling {
            return f(&mut self.message);
        }
        f(&mut self.text);
        if self.text.len() > MUCH && self.marks.is_empty() {
            self.send();
        }
    }

    /// Passes the buffered text to the sink, within a host function. If the sink fails, this ends the
    /// function by unwinding, as a panic does but without printing anything, so callers need not check.
    #[cold]
    #[inline(never)]
    fn send(&mut self) {
        self.flush();
        if self.failed.is_some() {
            resume_unwind(Box::new(Unwritable));
        }
    }

    /// Selects the stream for the following text.
    pub fn switch(&mut self, stream: Stream) {
        // Both streams may be the same terminal, so the order must be kept.
        self.send();
        self.stream = stream;
    }

    fn target(&mut self) -> &mut Vec<u8> {
        if self.telling { &mut self.message } else { &mut self.text }
    }

    /// Marks the position from which text can be taken back.
    pub fn mark(&mut self) {
        let length = self.target().len();
        self.marks.push(length);
    }

    /// Takes back the text written since the last mark.
    pub fn take_back(&mut self) -> Vec<u8> {
        let from = self.marks.pop().unwrap_or(0);
        let target = self.target();
        target.split_off(from.min(target.len()))
    }

    /// Sends the following text to the message of an error.
    pub fn tell(&mut self) {
        self.telling = true;
    }

    /// Ends the run, for that reason.
    pub fn panic(&mut self, message: String) {
        self.panicked = true;
        self.message = message.into_bytes();
    }

    /// Whether a host function has panicked since the last call.
    pub fn has_panicked(&mut self) -> bool {
        std::mem::take(&mut self.panicked)
    }

    /// Passes the buffered text to the sink, if there is one.
    pub fn flush(&mut self) {
        if let Some(sink) = &mut self.sink
            && !self.text.is_empty()
        {
            if self.failed.is_none() {
                self.failed = sink(self.stream, &self.text).err();
            }
            self.text.clear();
        }
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Console({:?})", String::from_utf8_lossy(&self.text))
    }
}
