//! The command line: one file per subcommand. Data goes to stdout, talk to stderr. The only room that prints.

mod bench;
mod check;
mod config;
mod conformance;
mod dead;
mod demo;
mod envelope;
mod gateway;
mod init;
mod inject;
mod log_level;
mod login;
mod normalize;
mod output;
mod reload;
mod running;
mod schema;
mod serve;
mod site;
mod status;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Switchboard: chat, email and SMS from NATS become conversations, are offered by skill, and escalate when promises
/// lapse.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, disable_help_subcommand = true, after_help = AFTERWARDS)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// In the order in which an operator meets them.
#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Init(init::Init),
    Serve(serve::Serve),
    Gateway(gateway::Gateway),
    Status(status::Status),
    Reload(reload::Reload),
    Rollback(reload::Rollback),
    LogLevel(log_level::LogLevel),
    Inject(inject::Inject),
    Dead(dead::Dead),
    Config(config::Config),
    Normalize(normalize::Normalize),
    Conformance(conformance::Conformance),
    Schema(schema::Schema),
    Demo(demo::Demo),
    Bench(bench::Bench),
}

/// What `--help` says below the commands.
const AFTERWARDS: &str = "\
A new site: write /etc/switchboard/switchboard.toml, `check` it, `init` its streams once, `serve`.
Each command has its own --help. Exit codes: 0 done, 1 it found what should not be, 2 wrong arguments,
65 the input can never be taken, 69 NATS or the daemon does not answer, 75 try again later,
78 the configuration has faults.";

impl Cli {
    /// Does what the arguments ask; the first of them is the program's name.
    pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
        let args: Vec<OsString> = args.into_iter().collect();
        let pipes = args.get(1).is_some_and(|verb| verb == "inject");
        let cli = match Cli::try_parse_from(args) {
            Ok(cli) => cli,
            // A mail server bounces what a line of its configuration with a slip could not deliver.
            Err(error) if pipes && error.use_stderr() => {
                usage(&error);
                return ExitCode::from(exit::TRY_AGAIN);
            }
            Err(error) => return usage(&error),
        };
        match cli.command {
            Command::Bench(bench) => bench.run(),
            Command::Check(check) => check.run(),
            Command::Config(config) => config.run(),
            Command::Conformance(conformance) => conformance.run(),
            Command::Dead(dead) => dead.run(),
            Command::Demo(demo) => demo.run(),
            Command::Gateway(gateway) => gateway.run(),
            Command::Init(init) => init.run(),
            Command::Inject(inject) => inject::guarded(|| inject.run()),
            Command::LogLevel(level) => level.run(),
            Command::Normalize(normalize) => normalize.run(),
            Command::Reload(reload) => reload.run(),
            Command::Rollback(rollback) => rollback.run(),
            Command::Schema(schema) => schema.run(),
            Command::Serve(serve) => serve.run(),
            Command::Status(status) => status.run(),
        }
    }
}

/// Exit codes, so that scripts and systemd can tell what to do.
pub(crate) mod exit {
    /// It ran, and found what should not be.
    pub(crate) const FINDINGS: u8 = 1;
    /// The arguments make no sense.
    pub(crate) const USAGE: u8 = 2;
    /// NATS, or the machine, is not to be had.
    pub(crate) const UNAVAILABLE: u8 = 69;
    /// The input could never be taken.
    pub(crate) const DATA: u8 = 65;
    /// It may pass: the same again, later.
    pub(crate) const TRY_AGAIN: u8 = 75;
    /// The configuration has faults.
    pub(crate) const CONFIG: u8 = 78;
}

fn usage(error: &clap::Error) -> ExitCode {
    // When even stdout or stderr is closed there is nobody left to tell.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(exit::USAGE) } else { ExitCode::SUCCESS }
}
