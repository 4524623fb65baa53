//! `switchboard normalize`: what one input of a gateway means, with no daemon.

use std::fs;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::exit;
use super::output::fail;
use crate::config;
use crate::domain::{Channel, Endpoint, Format, Name, Source, Timestamp};
use crate::wire::format::Item;
use crate::wire::normalize::{Handed, normalize};

/// Print the canonical messages of one input as JSON, one a line, with no daemon.
#[derive(Debug, Args)]
pub(super) struct Normalize {
    /// How the input is written: `rfc5322` is a raw mail, `switchboard` our own JSON, else the name of a provider.
    #[arg(long, value_parser = format)]
    format: Format,
    /// The input; without it stdin.
    file: Option<PathBuf>,
    /// The region of numbers that are written without a country, as `US`.
    #[arg(long, value_parser = region)]
    region: Option<String>,
    /// Our address on that source, as the number or the mailbox; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    address: Vec<String>,
    /// What we are called at the provider, whose messages are echoes of ours; may be given several times.
    #[arg(long, value_name = "ID")]
    own_id: Vec<String>,
    /// Among which languages that of a text is looked for; may be given several times.
    #[arg(long, value_name = "TAG", value_parser = language)]
    language: Vec<String>,
    /// The envelope sender of a mail; empty is the null sender.
    #[arg(long)]
    mail_from: Option<String>,
    /// An envelope recipient of a mail; may be given several times.
    #[arg(long)]
    rcpt_to: Vec<String>,
}

impl Normalize {
    /// Exits 0, 2 where the input cannot be read or an option makes no sense, 65 where it is not of that format.
    pub(super) fn run(self) -> ExitCode {
        let body = match self.addresses().and_then(|()| self.body()) {
            Ok(body) => body,
            Err(sentence) => return fail(exit::USAGE, &sentence),
        };
        let rcpt_to: Vec<&str> = self.rcpt_to.iter().map(String::as_str).collect();
        let handed = Handed { mail_from: self.mail_from.as_deref(), rcpt_to: &rcpt_to };
        #[expect(
            clippy::disallowed_methods,
            reason = "the instant at which somebody looks; nothing is kept of it"
        )]
        let now = Timestamp(jiff::Timestamp::now().as_millisecond());
        match normalize(&body, &self.source(), handed, now) {
            Ok(items) => {
                print(&items);
                let is_whole = !items.iter().any(|item| matches!(item, Item::Refused(..)));
                if is_whole { ExitCode::SUCCESS } else { ExitCode::from(exit::DATA) }
            }
            Err((code, reason)) => {
                fail(exit::DATA, &format!("cannot read the input as {}: {code}: {reason}", self.format))
            }
        }
    }

    /// Each is one that a source of this format can have.
    fn addresses(&self) -> Result<(), String> {
        let channels = self.format.channels();
        let is_one = |address: &&String| channels.iter().any(|channel| channel.is_address(address));
        let Some(wrong) = self.address.iter().find(|address| !is_one(address)) else { return Ok(()) };
        Err(format!("`{wrong}` is not an address of a source whose format is `{}`", self.format))
    }

    fn body(&self) -> Result<Vec<u8>, String> {
        let mut body = Vec::new();
        let read = match &self.file {
            Some(file) => fs::read(file).map(|bytes| body = bytes),
            None => io::stdin().lock().read_to_end(&mut body).map(drop),
        };
        let name = self.file.as_ref().map_or("stdin".to_owned(), |file| file.display().to_string());
        read.map(|()| body).map_err(|fault| format!("cannot read {name}: {fault}"))
    }

    fn source(&self) -> Source {
        let channel = self.format.channels().first().copied().unwrap_or(Channel::Chat);
        let channel = if self.format == Format::Switchboard { Channel::Chat } else { channel };
        let name: Name = "source".parse().expect("`source` is a name");
        let addresses = self.address.iter().map(|address| Endpoint::from(address.as_str())).collect();
        Source {
            format: self.format,
            region: self.region.clone(),
            own_ids: self.own_id.clone(),
            languages: self.language.clone(),
            ..Source::new(name, channel, addresses)
        }
    }
}

/// Messages as data, what has no effect as talk.
fn print(items: &[Item]) {
    let mut stdout = io::stdout().lock();
    for item in items {
        let written = match item {
            Item::Message(message) => {
                let line =
                    serde_json::to_string(message).expect("a message has no key that JSON cannot have");
                writeln!(stdout, "{line}")
            }
            Item::Ignored(ignored) => {
                eprintln!("without effect: {}", ignored.reason);
                Ok(())
            }
            Item::Challenge(_) => {
                eprintln!("a challenge of the provider, which `switchboard gateway` answers");
                Ok(())
            }
            Item::Refused(code, reason) => {
                eprintln!("refused: {code}: {reason}");
                Ok(())
            }
        };
        // A reader that hung up, as `head` does, needs no more.
        if written.is_err() {
            return;
        }
    }
}

/// As the configuration takes it.
fn region(code: &str) -> Result<String, String> {
    let known = config::is_region(code).then(|| code.to_owned());
    known.ok_or_else(|| "write the two capital letters of ISO 3166, as `US`, `PL`, `GB`".to_owned())
}

/// As the configuration takes it.
fn language(tag: &str) -> Result<String, String> {
    let known = config::is_language(tag).then(|| tag.to_owned());
    known.ok_or_else(|| "write a language tag in lower case, as `tl`, `zh-tw`".to_owned())
}

fn format(word: &str) -> Result<Format, String> {
    word.parse().map_err(|()| {
        let words = Format::ALL.map(Format::as_str).join(", ");
        format!("there is no format of this name; there are {words}")
    })
}
