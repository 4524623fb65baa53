//! argv in, exit code out. Everything else is in the library.

use std::process::ExitCode;

use switchboard::cli::Cli;

fn main() -> ExitCode {
    Cli::run(std::env::args_os())
}
