//! `switchboard init`: makes the streams, once, with an administrator's rights.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::config;
use crate::shell::nats::{Login, NatsSettings, Purpose, connect, jetstream};
use crate::shell::runtime::chain;
use crate::shell::settings::{nats_settings, nats_settings_of, secret, streams_spec};
use crate::shell::site::Site;
use crate::shell::streams::{self, Outcome};

use super::exit;
use super::output::{fail, say};
use super::running::errand;
use super::site::SiteArgs;

/// How its connection is called.
const INSTANCE: &str = "init";

/// Who makes streams, with the shipped users.
const ADMIN: &str = "switchboard-admin";

/// Make the streams of the site, once.
///
/// What is there already is kept as it is, and told where it differs; then it exits 78.
#[derive(Debug, Args)]
pub(super) struct Init {
    #[command(flatten)]
    site: SiteArgs,
    /// The NATS user who may make streams; `switchboard-admin` where only the file is given. Without both the journal's
    /// login of the configuration is used.
    #[arg(long, requires = "password_file")]
    user: Option<String>,
    /// The file with that user's password.
    #[arg(long)]
    password_file: Option<PathBuf>,
}

impl Init {
    pub(super) fn run(&self) -> ExitCode {
        match self.site.loaded() {
            Ok(loaded) => errand(self.make(&loaded.settings)),
            Err(code) => code,
        }
    }

    async fn make(&self, settings: &config::Settings) -> ExitCode {
        let site = Site::new(settings.prefix.clone());
        let nats = match self.nats(settings) {
            Ok(nats) => nats,
            Err(text) => return fail(exit::CONFIG, &text),
        };
        let client = match connect(&nats, &site, Purpose::Admin).await {
            Ok(client) => client,
            Err(fault) => return fail(exit::UNAVAILABLE, &chain(&fault)),
        };
        match streams::init(&jetstream(&client), &streams_spec(settings, &site)).await {
            Ok(outcomes) => tell(&outcomes),
            Err(fault) => fail(exit::UNAVAILABLE, &chain(&fault)),
        }
    }

    /// How to connect. With a user of the command's own nothing is asked of the daemon's secrets, which systemd gives
    /// to the service alone.
    fn nats(&self, settings: &config::Settings) -> Result<NatsSettings, String> {
        let Some(file) = &self.password_file else {
            return nats_settings(settings, INSTANCE).map_err(|fault| {
                format!("{}; or say who may make streams: --user {ADMIN} --password-file FILE", chain(&fault))
            });
        };
        let user = self.user.as_deref().unwrap_or(ADMIN);
        let password = secret("NATS password", file).map_err(|fault| chain(&fault))?;
        let login = Login::Password { user: user.to_owned(), password };
        nats_settings_of(settings, INSTANCE, login).map_err(|fault| chain(&fault))
    }
}

/// A stream that differs is told and left alone: only an operator can say what its data are worth.
fn tell(outcomes: &[Outcome]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for outcome in outcomes {
        match outcome {
            Outcome::Made { stream } => say(&format!("made {stream}")),
            Outcome::Kept { stream, warnings } => {
                say(&format!("kept {stream}"));
                warnings.iter().for_each(|warning| eprintln!("{warning}"));
            }
            Outcome::Differs { stream, faults } => {
                say(&format!("left {stream} as it is"));
                faults.iter().for_each(|fault| eprintln!("{fault}"));
                code = ExitCode::from(exit::CONFIG);
            }
        }
    }
    code
}
