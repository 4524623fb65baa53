//! `switchboard inject`: one input into the stream, from a file, a pipe or the pipe transport of a mail server.
//!
//! Whoever pipes a mail in holds it until we say that it is stored. So all that may pass, a configuration to be
//! repaired included, is "try again" (75); only what could never be taken is refused for good (65).

use std::ffi::OsString;
use std::io::{self, BufRead, Read};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use crate::config::Settings;
use crate::domain::Channel;
use crate::shell::site::Site;
use crate::shell::tools::inject::{InjectError, Injector, Receipt, Target};
use crate::wire::Subjects;
use crate::wire::limits::MAIL_BYTES_MAX;

use super::envelope::EnvelopeArgs;
use super::exit;
use super::login::{Hindrance, LoginArgs};
use super::output::{fail, say};
use super::running::on_this_thread;

/// Put a raw mail, or a message as JSON, into the input stream.
///
/// Exits 0 only when the stream has acknowledged it, 65 when it could never be taken, 75 for everything else: try
/// again. The NATS user is `gateway` unless `--user` says otherwise.
#[derive(Debug, Args)]
pub(super) struct Inject {
    #[command(flatten)]
    login: LoginArgs,
    /// The source that it comes by, as the configuration names it: `help-desk` of `[source.help-desk]`.
    #[arg(long)]
    source: String,
    /// The channel, where the source is not in the configuration.
    #[arg(long)]
    channel: Option<String>,
    #[command(flatten)]
    envelope: EnvelopeArgs,
    /// Each line is an input of its own, as JSON.
    #[arg(long)]
    lines: bool,
    /// Tell where it lies as JSON, a line for each input.
    #[arg(long)]
    json: bool,
    /// How many seconds one input may take, from the first connection on.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    timeout: u64,
    /// The file, or `-` for what is piped in.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// More envelope recipients, as Exim's `$pipe_addresses` gives them; behind `--`, since an address may begin with
    /// a hyphen.
    recipients: Vec<OsString>,
}

/// Why it ends before everything is stored.
enum Stop {
    Hindered(Hindrance),
    File(io::Error),
    NotJson { line: usize },
    Inject(InjectError),
}

impl Inject {
    pub(super) fn run(&self) -> ExitCode {
        match on_this_thread(self.inject()).unwrap_or_else(|fault| Err(Stop::File(fault))) {
            Ok(()) => ExitCode::SUCCESS,
            Err(stop) => tell(&stop),
        }
    }

    async fn inject(&self) -> Result<(), Stop> {
        let settings = self.login.settings().map_err(Stop::Hindered)?;
        let target = self.target(&settings).map_err(Stop::Hindered)?;
        if self.lines {
            let injector = self.in_time(self.injector(&settings)).await?;
            return self.inject_lines(&injector, &target).await;
        }
        // All of it together: a mail server bounces what outlasts the limit of its own.
        let receipt = self.in_time(async {
            let injector = self.injector(&settings).await?;
            injector.inject(&target, self.read().await?.into()).await.map_err(Stop::Inject)
        });
        self.tell(&receipt.await?);
        Ok(())
    }

    /// Does it within the time that one input may take.
    async fn in_time<T>(&self, work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
        let patience = self.patience();
        let late = |_| Err(Stop::Inject(InjectError::TimedOut(patience)));
        tokio::time::timeout(patience, work).await.unwrap_or_else(late)
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }

    async fn injector(&self, settings: &Settings) -> Result<Injector, Stop> {
        let connection = self.login.connect(settings, "gateway").await.map_err(Stop::Hindered)?;
        let site = Site::new(settings.prefix.clone());
        Ok(Injector::new(connection, &site, Subjects::new(settings.prefix.clone()), self.patience()))
    }

    /// All that there is, on a thread of its own.
    async fn read(&self) -> Result<Vec<u8>, Stop> {
        // One byte more than is taken shows that there is too much, whatever else follows.
        let most = MAIL_BYTES_MAX as u64 + 1;
        let file = self.file.clone();
        let read = tokio::task::spawn_blocking(move || {
            let mut payload = Vec::new();
            open(&file)?.take(most).read_to_end(&mut payload).map(|_| payload)
        });
        read.await.map_err(io::Error::other).flatten().map_err(Stop::File)
    }

    /// Stops at the first line that is not stored; those before it are, and were told.
    async fn inject_lines(&self, injector: &Injector, target: &Target) -> Result<(), Stop> {
        let mut reader = io::BufReader::new(open(&self.file).map_err(Stop::File)?);
        for number in 1.. {
            let mut line = Vec::new();
            let most = MAIL_BYTES_MAX as u64 + 1;
            let read = reader.by_ref().take(most).read_until(b'\n', &mut line).map_err(Stop::File)?;
            if read == 0 {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            if serde_json::from_slice::<serde_json::Value>(&line).is_err() {
                return Err(Stop::NotJson { line: number });
            }
            let receipt = injector.inject(target, line.trim_ascii().to_vec().into()).await;
            self.tell(&receipt.map_err(Stop::Inject)?);
        }
        Ok(())
    }

    fn target(&self, settings: &Settings) -> Result<Target, Hindrance> {
        let known = settings.sources.iter().find(|source| source.name.as_str() == self.source);
        let channel = match &self.channel {
            Some(word) => Channel::ALL
                .into_iter()
                .find(|channel| channel.as_str() == word)
                .ok_or_else(|| Hindrance::Config(format!("there is no channel `{word}`")))?,
            None => known.map(|source| source.channel).ok_or_else(|| {
                let names: Vec<&str> = settings.sources.iter().map(|source| source.name.as_str()).collect();
                let names = names.join(", ");
                Hindrance::Config(format!(
                    "the configuration has no source `{}`; it has {names}",
                    self.source
                ))
            })?,
        };
        if self.source.parse::<crate::domain::Name>().is_err() {
            return Err(Hindrance::Config(format!("`{}` is no name of a source", self.source)));
        }
        Ok(Target {
            channel,
            source: self.source.clone(),
            mail_from: self.envelope.sender()?,
            rcpt_to: self.envelope.recipients(&self.recipients),
        })
    }

    fn tell(&self, receipt: &Receipt) {
        let Receipt { stream, seq, subject, .. } = receipt;
        let told = if self.json {
            serde_json::to_string(receipt).unwrap_or_default()
        } else {
            format!("stored as {stream} {seq}, {subject}")
        };
        say(&told);
    }
}

fn open(file: &Path) -> io::Result<Box<dyn Read>> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(io::stdin()));
    }
    Ok(Box::new(std::fs::File::open(file)?))
}

/// A bug of ours is no fault of the mail: a panic, which would end with a code that mail servers bounce by, is "try
/// again". The hook has told where it was.
pub(super) fn guarded(run: impl FnOnce() -> ExitCode) -> ExitCode {
    // Nothing is looked at afterwards, so nothing half-changed is seen.
    std::panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| ExitCode::from(exit::TRY_AGAIN))
}

fn tell(stop: &Stop) -> ExitCode {
    let (code, text) = match stop {
        Stop::Hindered(Hindrance::Config(text) | Hindrance::Nats(text)) => (exit::TRY_AGAIN, text.clone()),
        Stop::File(fault) => (exit::TRY_AGAIN, format!("cannot read the input: {fault}")),
        Stop::NotJson { line } => {
            (exit::DATA, format!("line {line} is not JSON; the lines before it are stored"))
        }
        Stop::Inject(fault) if fault.is_final() => (exit::DATA, fault.to_string()),
        Stop::Inject(fault) => (exit::TRY_AGAIN, crate::shell::runtime::chain(fault)),
    };
    fail(code, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_does_not_bounce_a_mail() {
        let code = |code: ExitCode| format!("{code:?}");
        assert_eq!(code(guarded(|| panic!("a bug"))), code(ExitCode::from(exit::TRY_AGAIN)));
        assert_eq!(code(guarded(|| ExitCode::from(exit::DATA))), code(ExitCode::from(exit::DATA)));
    }
}
