//! `config`: what is in force and where it is from; every key with its default.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use super::site::SiteArgs;
use crate::config::{self, Show};

/// Print the configuration that is in force, or every key with its default.
#[derive(Debug, Args)]
pub(super) struct Config {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Show(ShowArgs),
    Defaults(Defaults),
}

/// Print what is in force: every layer merged, with the defaults of what none of them says.
#[derive(Debug, Args)]
struct ShowArgs {
    #[command(flatten)]
    site: SiteArgs,
    /// Say of each value where it is from: file, line and column, variable, flag, or default.
    #[arg(long)]
    origin: bool,
    /// Say besides which values of lighter layers it beat.
    #[arg(long)]
    all: bool,
    /// Leave out what is as the default has it.
    #[arg(long)]
    only_changed: bool,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Toml)]
    format: Format,
}

/// Print every key with its default, as TOML that loads.
#[derive(Debug, Args)]
struct Defaults {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Toml,
    Json,
}

impl Config {
    /// Exits 0, or 78 where the configuration has faults.
    pub(super) fn run(self) -> ExitCode {
        let text = match self.what {
            What::Show(show) => match show.text() {
                Ok(text) => text,
                Err(code) => return code,
            },
            What::Defaults(Defaults {}) => config::defaults(),
        };
        // A reader that hung up, as `head` does, needs no more.
        let _ = write!(io::stdout(), "{text}");
        ExitCode::SUCCESS
    }
}

impl ShowArgs {
    fn text(&self) -> Result<String, ExitCode> {
        let loaded = self.site.loaded()?;
        let show = Show { origin: self.origin, beaten: self.all, only_changed: self.only_changed };
        Ok(match self.format {
            Format::Toml => loaded.origins.to_toml(show),
            Format::Json => format!("{:#}\n", loaded.origins.to_json(show)),
        })
    }
}
