//! `switchboard dead`: what could not be understood, and putting it back once its cause is mended.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::shell::runtime::chain;
use crate::shell::site::Site;
use crate::shell::tools::dead::{Dead as Letters, DeadError, Letter, Whole};

use super::exit;
use super::login::{Hindrance, LoginArgs};
use super::output::{fail, say};
use super::running::errand;

/// Messages looked at in one go by `retry --all`.
const PAGE: usize = 500;

/// Look at input that could not be understood, and put it back into the input stream.
///
/// The NATS user is `switchboard-admin` unless `--user` says otherwise.
#[derive(Debug, Args)]
pub(super) struct Dead {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// List what is there, the oldest first.
    List {
        #[command(flatten)]
        login: LoginArgs,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
        /// Those from this sequence on.
        #[arg(long, default_value_t = 1)]
        since: u64,
        /// Print each as a line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show one: why, its headers, its body.
    Show {
        #[command(flatten)]
        login: LoginArgs,
        /// Its sequence, the number with which `list` begins its line.
        seq: u64,
        /// Nothing but the body, byte for byte; one in the bucket of bodies is fetched.
        #[arg(long)]
        raw: bool,
    },
    /// Put one, or all, back where it came from. It leaves DEAD once the input stream has acknowledged it.
    Retry {
        #[command(flatten)]
        login: LoginArgs,
        /// Its sequence, the number with which `list` begins its line.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        seq: Option<u64>,
        /// All that are there now.
        #[arg(long)]
        all: bool,
        /// Of all only those with this code.
        #[arg(long, requires = "all")]
        code: Option<String>,
        /// Print each as a line of JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Why it ends before it is done.
enum Stop {
    Hindered(Hindrance),
    Dead(DeadError),
}

impl Dead {
    pub(super) fn run(&self) -> ExitCode {
        errand(async {
            match self.act().await {
                Ok(code) => code,
                Err(Stop::Hindered(hindrance)) => hindrance.told(),
                Err(Stop::Dead(fault)) if fault.is_finding() => fail(exit::FINDINGS, &chain(&fault)),
                Err(Stop::Dead(fault)) => fail(exit::UNAVAILABLE, &chain(&fault)),
            }
        })
    }

    async fn act(&self) -> Result<ExitCode, Stop> {
        match &self.act {
            Act::List { login, limit, since, json } => {
                let letters = open(login).await?.list(*since, *limit).await.map_err(Stop::Dead)?;
                list(&letters, *json);
                Ok(ExitCode::SUCCESS)
            }
            Act::Show { login, seq, raw } => {
                let whole = open(login).await?.show(*seq, *raw).await.map_err(Stop::Dead)?;
                show(&whole, *raw);
                Ok(ExitCode::SUCCESS)
            }
            Act::Retry { login, seq, all: _, code, json } => {
                let dead = open(login).await?;
                let seqs = match seq {
                    Some(seq) => vec![*seq],
                    None => all(&dead, code.as_deref()).await?,
                };
                retry(&dead, &seqs, *json).await
            }
        }
    }
}

async fn open(login: &LoginArgs) -> Result<Letters, Stop> {
    let settings = login.settings().map_err(Stop::Hindered)?;
    let connection = login.connect(&settings, "switchboard-admin").await.map_err(Stop::Hindered)?;
    Ok(Letters::new(&connection, Site::new(settings.prefix.clone())))
}

/// What is there now: what is refused again comes behind it, and is not put back a second time.
async fn all(dead: &Letters, code: Option<&str>) -> Result<Vec<u64>, Stop> {
    let (mut seqs, mut since) = (Vec::new(), 1);
    loop {
        let page = dead.list(since, PAGE).await.map_err(Stop::Dead)?;
        let Some(last) = page.last() else { return Ok(seqs) };
        since = last.seq + 1;
        let wanted = |letter: &&Letter| !letter.retried && code.is_none_or(|code| letter.code == code);
        seqs.extend(page.iter().filter(wanted).map(|letter| letter.seq));
    }
}

async fn retry(dead: &Letters, seqs: &[u64], as_json: bool) -> Result<ExitCode, Stop> {
    let mut code = ExitCode::SUCCESS;
    for seq in seqs {
        match dead.retry(*seq).await {
            Ok(put_back) if as_json => say(&serde_json::to_string(&put_back).unwrap_or_default()),
            Ok(put_back) => say(&format!("{} is back on {} as {}", seq, put_back.subject, put_back.inseq)),
            Err(fault) if fault.is_finding() => {
                code = fail(exit::FINDINGS, &chain(&fault));
            }
            Err(fault) => return Err(Stop::Dead(fault)),
        }
    }
    Ok(code)
}

fn list(letters: &[Letter], as_json: bool) {
    if as_json {
        return say(&json!({ "dead": letters }).to_string());
    }
    for letter in letters {
        let Letter { seq, at, subject, code, reason, bytes, .. } = letter;
        let size = match (&letter.cut, &letter.body) {
            (Some(cut), _) => format!("{bytes} of {cut}"),
            (None, Some(_)) => "in the bucket".to_owned(),
            (None, None) => bytes.to_string(),
        };
        let note = if letter.retried { "  (put back already)" } else { "" };
        say(&format!("{seq:>6}  {at}  {:<30} {code:<18} {size:>9}  {reason}{note}", plain(subject)));
    }
}

fn show(whole: &Whole, raw: bool) {
    if raw {
        let _ = io::stdout().write_all(&whole.body);
        return;
    }
    let Letter { seq, at, subject, code, reason, .. } = &whole.letter;
    say(&format!(
        "message   {seq}, of {at}\nsubject   {}\ncode      {code}\nreason    {}",
        plain(subject),
        plain(reason)
    ));
    for (name, value) in &whole.headers {
        say(&format!("header    {name}: {}", plain(value)));
    }
    say(&format!("body      {} bytes\n\n{}", whole.body.len(), plain(&String::from_utf8_lossy(&whole.body))));
}

/// Somebody else's text on our terminal: nothing in it moves the cursor.
fn plain(text: &str) -> String {
    let is_harmless = |letter: char| !letter.is_control() || letter == '\n' || letter == '\t';
    text.replace("\r\n", "\n")
        .chars()
        .map(|letter| if is_harmless(letter) { letter } else { '\u{fffd}' })
        .collect()
}
