//! What a command says: data to stdout, talk to stderr. Where nobody reads, the exit code says the rest.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// Data. A reader that hung up, as `head` does, needs no more.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Why it ends, with the code that it ends by.
pub(super) fn fail(code: u8, text: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(code)
}

/// Whether there are eyes to see colours, and these want any.
#[expect(
    clippy::disallowed_methods,
    reason = "NO_COLOR is a wish of the terminal's user, no configuration of ours"
)]
pub(super) fn wants_colours(stream: &impl IsTerminal) -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    stream.is_terminal() && !unwanted
}
