//! No secret comes out: not by any command, log, answer, event, body, metric or mail, nor where a login is refused
//! or something stands in the wrong place. Every byte is searched for each secret, as it is and encoded.

mod haul;
mod inline;
mod logins;
mod site;

use std::process::{Command, Output};

use haul::Haul;

/// What a command said on both of its ways out.
fn said(command: &mut Command) -> Output {
    command.env_remove("SWITCHBOARD_FAULT").env("RUST_BACKTRACE", "full").output().expect("the binary runs")
}

fn switchboard() -> Command {
    Command::new(env!("CARGO_BIN_EXE_switchboard"))
}

impl Haul {
    /// Takes all that a command said; its exit code.
    fn run(&mut self, command: &mut Command) -> Option<i32> {
        let output = said(command);
        self.take(&format!("{command:?}"), &[output.stdout, output.stderr].concat());
        output.status.code()
    }
}
