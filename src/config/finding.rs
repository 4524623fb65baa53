//! What a check finds: each finding says where, what and the way out, so that an operator needs no second
//! run and no manual. The words of the codes are stable: scripts and pages refer to them.
//! What is absent: values of secrets; a finding names keys, and quotes only what is not secret.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use super::book::Book;
use super::excerpt::Excerpt;

/// Whether the daemon would start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It would not.
    Error,
    /// It would, but hardly as meant.
    Warning,
}

/// The code words, each with its one meaning.
macro_rules! codes {
    ($(#[doc = $doc:literal] $name:ident $word:literal;)*) => {
        /// What kind of finding it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {$(#[doc = $doc] $name,)*}

        impl Code {
            /// Every code, in alphabetical order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// Its stable word.
            pub fn as_str(self) -> &'static str {
                match self {$(Code::$name => $word,)*}
            }

            /// What it means, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self {$(Code::$name => $doc.trim_ascii(),)*}
            }
        }
    };
}

codes! {
    /// A source's address that its channel cannot have.
    BadAddress "bad-address";
    /// A connection with two ways to prove itself, or with half of one.
    BadAuth "bad-auth";
    /// A certificate that cannot be used.
    BadCertificate "bad-certificate";
    /// A credential whose name is not that of one file.
    BadCredential "bad-credential";
    /// A format that the channel of its source cannot have.
    BadFormat "bad-format";
    /// A tag that is not a lower-case language tag.
    BadLanguage "bad-language";
    /// A name that is not one token of a subject.
    BadName "bad-name";
    /// A rung that tells nobody we know how to tell.
    BadNotify "bad-notify";
    /// A pattern that does not compile, or grows too large.
    BadRegex "bad-regex";
    /// A text that is not the code of a region.
    BadRegion "bad-region";
    /// A relay that cannot be used as it is configured.
    BadRelay "bad-relay";
    /// Rungs that are not numbered from 1 on, or not in the order of their delays.
    BadRung "bad-rung";
    /// A file of a secret that does not hold what it should.
    BadSecret "bad-secret";
    /// A text that is not a size in bytes.
    BadSize "bad-size";
    /// A text that is not a span of time.
    BadSpan "bad-span";
    /// A form of subjects without a place for the token.
    BadSubjectForm "bad-subject-form";
    /// A template of notices that does not compile, or asks for what no notice knows.
    BadTemplate "bad-template";
    /// A text that is not the URL of a NATS server, or of the gateway.
    BadUrl "bad-url";
    /// A warning of a target that could never come before its breach.
    BadWarning "bad-warning";
    /// A webhook that cannot be as it is written.
    BadWebhook "bad-webhook";
    /// A route asks a channel that none of its sources carries.
    ChannelMismatch "channel-mismatch";
    /// One interaction would cost more than the agent's whole capacity.
    CostAboveCapacity "cost-above-capacity";
    /// A ladder without rungs.
    EmptyLadder "empty-ladder";
    /// A list that must name something.
    EmptyList "empty-list";
    /// An SLA without targets.
    EmptySla "empty-sla";
    /// A file of a secret that everybody on the host may read.
    ExposedSecret "exposed-secret";
    /// A file in a folder of layers that is no layer.
    IgnoredFile "ignored-file";
    /// A layer has a value where a lighter one has a table, or the other way round.
    KindChange "kind-change";
    /// A required key is not there.
    MissingKey "missing-key";
    /// A name that something else bears, or that is ours.
    NameTaken "name-taken";
    /// A setting that holds only after a restart.
    NeedsRestart "needs-restart";
    /// A credential of systemd, where none are given.
    NoCredentials "no-credentials";
    /// Mail is owed and no relay is configured.
    NoSmtp "no-smtp";
    /// The file is not text in UTF-8.
    NotUtf8 "not-utf8";
    /// A number, a length or a count outside its limits.
    OutOfRange "out-of-range";
    /// Two sources with one address on one channel.
    SameAddress "same-address";
    /// Two routes with one rank.
    SameRank "same-rank";
    /// A secret stands in the file itself.
    SecretInline "secret-inline";
    /// A route that earlier routes leave nothing to.
    ShadowedRoute "shadowed-route";
    /// The file is not TOML.
    Syntax "syntax";
    /// A key that means nothing.
    UnknownKey "unknown-key";
    /// A ladder that is not defined.
    UnknownLadder "unknown-ladder";
    /// A queue that is not defined.
    UnknownQueue "unknown-queue";
    /// A skill that no agent of the file has.
    UnknownSkill "unknown-skill";
    /// An SLA that is not defined.
    UnknownSla "unknown-sla";
    /// A source that is not defined.
    UnknownSource "unknown-source";
    /// A word that is none of those that may stand there.
    UnknownWord "unknown-word";
    /// A level that no agent of the file reaches.
    UnmetSkill "unmet-skill";
    /// A queue that nothing sends to.
    UnreachableQueue "unreachable-queue";
    /// The file cannot be read.
    Unreadable "unreadable";
    /// A webhook that takes what anybody sends.
    UnsignedWebhook "unsigned-webhook";
    /// What was promised to those who wait, and is promised no more.
    WithdrawnPromise "withdrawn-promise";
    /// A value of another type.
    WrongType "wrong-type";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One thing that is wrong, or looks so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whether the daemon would start.
    pub severity: Severity,
    /// What kind it is.
    pub code: Code,
    /// The file, as it was named to us; or `env:VARIABLE`, or `flag:key`.
    pub file: String,
    /// The line in the file, from 1; none where it is about a file as a whole, a variable or a flag.
    pub line: Option<usize>,
    /// The column, from 1, in characters.
    pub column: Option<usize>,
    /// The path of the key, as `route.vip-sms.queue`; empty for the file as a whole.
    pub at: String,
    /// What is so, in one sentence.
    pub fact: String,
    /// The way out.
    pub hint: Option<String>,
    /// What stands there, without secrets.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

impl Finding {
    /// A fault, without a hint yet. The file is filled in where it is known.
    pub(crate) fn error(code: Code, at: impl Into<String>, fact: impl Into<String>) -> Finding {
        Finding {
            severity: Severity::Error,
            code,
            file: String::new(),
            line: None,
            column: None,
            at: at.into(),
            fact: visible(&fact.into()),
            hint: None,
            excerpt: None,
        }
    }

    /// What does not keep the daemon from starting.
    pub(crate) fn warning(code: Code, at: impl Into<String>, fact: impl Into<String>) -> Finding {
        Finding { severity: Severity::Warning, ..Finding::error(code, at, fact) }
    }

    /// `file:line:column`, as far as it is known.
    pub fn place(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{}:{line}:{column}", self.file),
            _ => self.file.clone(),
        }
    }

    /// Whether it is about a variable or a flag, so that there is no file.
    pub(super) fn is_single(&self) -> bool {
        self.file.starts_with("env:") || self.file.starts_with("flag:")
    }

    /// With the way out.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Finding {
        Finding { hint: Some(visible(&hint.into())), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(f, "{word}[{}]: {}", self.code, self.fact)?;
        match self.at.as_str() {
            "" => writeln!(f, "  in {}", self.place())?,
            at => writeln!(f, "  at {at} in {}", self.place())?,
        }
        match &self.hint {
            Some(hint) => writeln!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Every finding of one check: errors first, then warnings, each in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// At most [`Report::FINDINGS_MAX`] of each severity.
    pub findings: Vec<Finding>,
    /// How many more there were.
    pub left_out: usize,
}

impl Report {
    /// The most findings of one severity that are told one by one: nobody reads more in one go.
    pub const FINDINGS_MAX: usize = 200;

    /// How many findings of a severity are told.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        let errors = counted(self.count(Severity::Error), "error");
        let warnings = counted(self.count(Severity::Warning), "warning");
        match self.left_out {
            0 => writeln!(f, "{errors}, {warnings}"),
            more => writeln!(f, "{errors}, {warnings}, and {more} more findings that are not shown"),
        }
    }
}

impl std::error::Error for Report {}

/// A text that cannot steer the terminal, whatever it quotes.
pub(super) fn visible(sentence: &str) -> String {
    let mut shown = String::with_capacity(sentence.len());
    for letter in sentence.chars() {
        if letter.is_control() { shown.extend(letter.escape_default()) } else { shown.push(letter) }
    }
    shown
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// The pen of a check. It goes on after a fault; a value that was refused counts as written, so that one
/// mistake is told once.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<Finding>,
    refused: BTreeSet<String>,
    errors: usize,
    left_out: usize,
}

impl Findings {
    /// Notes a finding.
    pub(super) fn push(&mut self, finding: Finding) {
        if finding.severity == Severity::Error {
            self.errors += 1;
            self.refused.insert(finding.at.clone());
        }
        let kept = self.found.iter().filter(|other| other.severity == finding.severity).count();
        if kept < Report::FINDINGS_MAX {
            self.found.push(finding);
        } else {
            self.left_out += 1;
        }
    }

    /// Notes that `key` of the table at `at` is not there, unless it, or its table, was refused before.
    pub(super) fn missing(&mut self, at: &str, key: &str, hint: impl Into<String>) {
        let path = format!("{at}.{key}");
        if self.is_refused_whole(at) || self.was_refused(&path) {
            return;
        }
        let fact = format!("`{at}` lacks the key `{key}`");
        self.push(Finding::error(Code::MissingKey, path, fact).hint(hint));
    }

    /// Whether a fault was found at this very key.
    pub(super) fn is_refused_whole(&self, at: &str) -> bool {
        self.refused.contains(at)
    }

    /// Lets a table count as refused, so that what it seems to lack is not told.
    pub(super) fn refuse(&mut self, at: &str) {
        self.refused.insert(at.to_owned());
    }

    /// Whether a fault was found at this key or inside it.
    pub(super) fn was_refused(&self, at: &str) -> bool {
        let inside = |bracket: &str| {
            let first = format!("{at}{bracket}");
            self.refused.range(first.clone()..).next().is_some_and(|refused| refused.starts_with(&first))
        };
        self.refused.contains(at) || inside(".") || inside("[")
    }

    /// Whether the daemon must not start with this.
    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// All of it, in order, each with its place.
    pub(super) fn into_report(self, book: &Book) -> Report {
        let mut findings: Vec<Finding> = self.found.into_iter().map(|finding| book.locate(finding)).collect();
        let key = |finding: &Finding| {
            let place = (finding.file.clone(), finding.line, finding.column);
            (finding.severity, finding.at.clone(), finding.code, place)
        };
        findings.sort_by_cached_key(key);
        Report { findings, left_out: self.left_out }
    }
}
