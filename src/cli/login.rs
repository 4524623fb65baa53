//! What every tool over NATS is told: the configuration, and who it is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::exit;
use super::output::fail;
use super::site::Above;
use crate::config::{self, Loaded, Settings};
use crate::shell::nats::Login;
use crate::shell::runtime::chain;
use crate::shell::tools::login::{Connection, User, connect};

/// Where the site is, and who asks. Nothing of it is needed for the daemon.
#[derive(Debug, Args)]
pub(super) struct LoginArgs {
    /// The configuration of the site; without it /etc/switchboard/switchboard.toml.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    above: Above,
    /// The NATS user; it also makes the inbox prefix `_INBOX.<user>`.
    #[arg(long)]
    user: Option<String>,
    /// The file with that user's password.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["creds_file", "nkey_file"])]
    password_file: Option<PathBuf>,
    /// The file with that user's JWT and seed.
    #[arg(long, value_name = "FILE", conflicts_with = "nkey_file")]
    creds_file: Option<PathBuf>,
    /// The file with that user's nkey seed.
    #[arg(long, value_name = "FILE")]
    nkey_file: Option<PathBuf>,
}

/// Why a tool cannot begin.
#[derive(Debug)]
pub(super) enum Hindrance {
    /// The configuration, or a file that it or an argument names.
    Config(String),
    /// NATS is not to be had.
    Nats(String),
}

impl Hindrance {
    /// Tells it, with the code that a tool ends by.
    pub(super) fn told(&self) -> ExitCode {
        match self {
            Hindrance::Config(text) => fail(exit::CONFIG, text),
            Hindrance::Nats(text) => fail(exit::UNAVAILABLE, text),
        }
    }
}

impl LoginArgs {
    /// The settings of the site.
    pub(super) fn settings(&self) -> Result<Settings, Hindrance> {
        self.load().map(|loaded| loaded.settings)
    }

    /// All of its configuration.
    pub(super) fn load(&self) -> Result<Loaded, Hindrance> {
        let layers = self.above.over(self.config.as_deref());
        config::load_layers(&layers).map_err(|report| Hindrance::Config(report.to_string()))
    }

    /// The user's name; `usual` unless an argument says otherwise.
    pub(super) fn user_name(&self, usual: &str) -> String {
        self.user.clone().unwrap_or_else(|| usual.to_owned())
    }

    /// Whether an argument says who asks.
    pub(super) fn names_user(&self) -> bool {
        self.user.is_some()
    }

    /// Connects as that user.
    pub(super) async fn connect(&self, settings: &Settings, usual: &str) -> Result<Connection, Hindrance> {
        let user = User { name: self.user_name(usual), login: self.login(usual)? };
        connect(settings, &user).await.map_err(|fault| {
            let way_out = match user.login {
                Login::Open => "; no login was given: --password-file, --creds-file or --nkey-file has it",
                _ => "",
            };
            Hindrance::Nats(format!("{}{way_out}", chain(&fault)))
        })
    }

    fn login(&self, usual: &str) -> Result<Login, Hindrance> {
        if let Some(file) = &self.password_file {
            return Ok(Login::Password { user: self.user_name(usual), password: secret(file)? });
        }
        if let Some(file) = &self.nkey_file {
            return Ok(Login::Nkey(secret(file)?));
        }
        Ok(self.creds_file.clone().map_or(Login::Open, Login::Credentials))
    }
}

fn secret(path: &Path) -> Result<String, Hindrance> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|fault| Hindrance::Config(format!("cannot read {}: {fault}", path.display())))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
