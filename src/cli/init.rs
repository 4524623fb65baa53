//! `switchboard init`: makes the streams, once, with an administrator's rights.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::config;
use crate::shell::nats::{Login, Purpose, connect, jetstream};
use crate::shell::settings::{nats_settings, streams_spec};
use crate::shell::site::Site;
use crate::shell::streams::{self, Outcome};

use super::exit;
use super::site::SiteArgs;

/// Make the streams of the site. What is there already is kept as it is, and told where it differs.
#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    site: SiteArgs,
    /// The NATS user who may make streams; without it the journal's login of the configuration is used.
    #[arg(long, requires = "password_file")]
    user: Option<String>,
    /// The file with that user's password.
    #[arg(long)]
    password_file: Option<PathBuf>,
}

impl Init {
    pub fn run(&self) -> ExitCode {
        let loaded = match self.site.load() {
            Ok(loaded) => loaded,
            Err(report) => {
                eprintln!("{report}");
                return ExitCode::from(exit::CONFIG);
            }
        };
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(fault) => return fail(exit::UNAVAILABLE, &fault),
        };
        runtime.block_on(self.make(&loaded.settings))
    }

    async fn make(&self, settings: &config::Settings) -> ExitCode {
        let site = Site::new(settings.prefix.clone());
        let mut nats = match nats_settings(settings, "init") {
            Ok(nats) => nats,
            Err(fault) => return fail(exit::CONFIG, &fault),
        };
        if let (Some(user), Some(file)) = (&self.user, &self.password_file) {
            let password = match std::fs::read_to_string(file) {
                Ok(text) => text.trim_end().to_owned(),
                Err(fault) => return fail(exit::CONFIG, &fault),
            };
            nats.journal = Login::Password { user: user.clone(), password };
        }
        let client = match connect(&nats, &site, Purpose::Admin).await {
            Ok(client) => client,
            Err(fault) => return fail(exit::UNAVAILABLE, &fault),
        };
        match streams::init(&jetstream(&client), &streams_spec(settings, &site)).await {
            Ok(outcomes) => tell(&outcomes),
            Err(fault) => fail(exit::UNAVAILABLE, &fault),
        }
    }
}

/// A stream that differs is told and left alone: only an operator can say what its data are worth.
fn tell(outcomes: &[Outcome]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for outcome in outcomes {
        match outcome {
            Outcome::Made { stream } => println!("made {stream}"),
            Outcome::Kept { stream, warnings } => {
                println!("kept {stream}");
                warnings.iter().for_each(|warning| eprintln!("{warning}"));
            }
            Outcome::Differs { stream, faults } => {
                println!("left {stream} as it is");
                faults.iter().for_each(|fault| eprintln!("{fault}"));
                code = ExitCode::from(exit::CONFIG);
            }
        }
    }
    code
}

fn fail(code: u8, fault: &dyn std::error::Error) -> ExitCode {
    eprintln!("{}", crate::shell::runtime::chain(fault));
    ExitCode::from(code)
}
