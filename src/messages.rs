//! Everything that the command prints on standard error, in colour if that is a terminal.
//!
//! `--color`, `NO_COLOR` and `CLICOLOR_FORCE` decide; `anstream` looks at them. Nobody is left to inform if
//! standard error cannot be written to, so failures are ignored.

use annotate_snippets::{Group, Level, Renderer};
use anstream::ColorChoice;
use std::io::Write;
use wirelens::Error;

/// Applies the option `--color`.
pub fn set_color(choice: clap::ColorChoice) {
    let choice = match choice {
        clap::ColorChoice::Auto => ColorChoice::Auto,
        clap::ColorChoice::Always => ColorChoice::Always,
        clap::ColorChoice::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// Prints what stopped the run.
pub fn error(error: &Error) {
    print(error.render(true));
}

/// Prints a warning: the result is there, but something is wrong with the data.
pub fn warning(text: String) {
    titled(Level::WARNING, text);
}

/// Prints a note: nothing is wrong, but it may surprise.
pub fn note(text: String) {
    titled(Level::NOTE, text);
}

/// Prints a text that has no title, such as statistics.
pub fn print(text: impl std::fmt::Display) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

fn titled(level: Level, text: String) {
    print(Renderer::styled().render(&[Group::with_title(level.primary_title(text))]));
}
