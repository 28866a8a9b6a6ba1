//! What functions of the host write to, and what they tell whoever runs the program.

use std::panic::resume_unwind;
use std::{fmt, io};

/// Takes what a console has gathered for one of its streams.
pub type Sink = Box<dyn FnMut(Stream, &[u8]) -> io::Result<()> + Send>;

/// Where text is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Stream {
    /// What the program was run for.
    #[default]
    Output,
    /// What is reported besides.
    Errors,
}

/// What host functions write to.
#[derive(Default)]
pub struct Console {
    /// What was written, and has not gone to the sink.
    pub text: Vec<u8>,
    /// The message of the error that the program is about to raise.
    pub message: Vec<u8>,
    /// Where it goes when it has become much, or is flushed. Without one, all of it stays.
    pub sink: Option<Sink>,
    /// Why the sink has taken no more: then the run is over, and what is still written is dropped.
    pub failed: Option<io::Error>,
    /// The code with which the program has ended, if it says one.
    pub exit: Option<i64>,
    /// Up to which byte of the input whole records were found.
    pub came_to: Option<u64>,
    /// The format specification that was written last.
    pub spec: Vec<u8>,
    /// What the text is for.
    stream: Stream,
    /// What is written is a message.
    telling: bool,
    /// From where on what is written is to be taken back, and written in another form.
    marks: Vec<usize>,
    /// A function of the host has panicked, which [`Console::message`] reports, or there is no sink any
    /// more: the run is over.
    panicked: bool,
}

/// By what a function of the host ends whose text is not taken.
pub(super) struct Unwritable;

/// With more text than this, it goes to the sink.
pub(super) const MUCH: usize = 1 << 16;

impl Console {
    /// One whose text goes to `sink`.
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

    /// Hands all that is there to the sink, within a function of the host. If the sink takes no more, that
    /// ends the function as a panic does, but that nothing is printed: so no call has to ask.
    #[cold]
    #[inline(never)]
    fn send(&mut self) {
        self.flush();
        if self.failed.is_some() {
            resume_unwind(Box::new(Unwritable));
        }
    }

    /// What is written from here on is for that stream.
    pub fn switch(&mut self, stream: Stream) {
        // Both streams may end at one terminal: what comes first is to be seen first.
        self.send();
        self.stream = stream;
    }

    fn target(&mut self) -> &mut Vec<u8> {
        if self.telling { &mut self.message } else { &mut self.text }
    }

    /// What is written from here on can be taken back.
    pub fn mark(&mut self) {
        let length = self.target().len();
        self.marks.push(length);
    }

    /// Takes back what was written since the last mark.
    pub fn take_back(&mut self) -> Vec<u8> {
        let from = self.marks.pop().unwrap_or(0);
        let target = self.target();
        target.split_off(from.min(target.len()))
    }

    /// What is written from here on is the message of an error.
    pub fn tell(&mut self) {
        self.telling = true;
    }

    /// The run is over, for that reason.
    pub fn panic(&mut self, message: String) {
        self.panicked = true;
        self.message = message.into_bytes();
    }

    /// Whether a function of the host has panicked since that was asked last.
    pub fn has_panicked(&mut self) -> bool {
        std::mem::take(&mut self.panicked)
    }

    /// Hands all that is there to the sink, if there is one.
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
