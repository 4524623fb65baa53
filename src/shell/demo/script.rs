//! The script: JSON Lines. The first line says what must come true, each other line one act at its time.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::DemoError;
use crate::domain::{Channel, Name};

/// A whole script.
#[derive(Clone, Debug)]
pub struct Script {
    pub expected: Expected,
    pub steps: Vec<Step>,
}

/// What must have come true in the end.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub conversations: usize,
    pub languages: BTreeMap<String, usize>,
    pub messages: usize,
    pub missed: usize,
    pub declined: usize,
    pub breached: usize,
    pub escalations: usize,
    pub acked: usize,
    pub reopened: usize,
    pub joined: usize,
    pub duplicates: usize,
    pub dead: usize,
    /// Replies that arrive as mail, and notices of escalations.
    pub mails: usize,
    pub notices: usize,
    pub reloads: usize,
    pub refused_reloads: usize,
}

/// One act.
#[derive(Clone, Debug, Deserialize)]
pub struct Step {
    /// Milliseconds since the beginning.
    pub at: u64,
    #[serde(flatten)]
    pub act: Act,
}

/// What is done.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Act {
    /// An agent signs in.
    SignIn { agent: Name },
    /// An agent goes away.
    Away { agent: Name, reason: String },
    /// An agent is available again.
    Back { agent: Name },
    /// Somebody writes.
    Write(Box<Letter>),
    /// The gateway delivers a message that it delivered before.
    Again { id: String },
    /// The gateway delivers what nobody can understand.
    Garble { subject: String, payload: String },
    /// The operator edits the configuration and reloads.
    Reload(Edit),
}

/// A file of the configuration as it is written before a reload.
#[derive(Clone, Debug, Deserialize)]
pub struct Edit {
    /// What for.
    pub what: String,
    /// Where it lies, from the folder of the configuration.
    pub file: String,
    pub text: String,
}

/// A message that somebody writes, and what becomes of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Letter {
    pub id: String,
    pub channel: Channel,
    pub from: String,
    pub name: String,
    /// What it is written in; told to the router where the channel can.
    pub language: String,
    /// The way in, where it is another than the channel's own. The message is written once every reload before
    /// it is done, since that may have brought the source.
    #[serde(default)]
    pub source: Option<String>,
    /// The mailbox or number of ours that it goes to.
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub subject: Option<String>,
    /// The room of a chat.
    #[serde(default)]
    pub thread: Option<String>,
    pub text: String,
    /// What an agent answers.
    pub reply: String,
    /// What the first agent does who is offered it.
    #[serde(default)]
    pub first: Option<First>,
    /// The earlier mail whose reply this one answers, and how it finds back.
    #[serde(default)]
    pub answers: Option<String>,
    #[serde(default)]
    pub by: Option<By>,
}

/// What the first agent does instead of accepting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum First {
    Declines,
    Misses,
}

/// How the answer to a reply finds its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// In-Reply-To names the reply.
    Header,
    /// It goes to the reply address of the conversation.
    Address,
}

impl Script {
    /// Reads a file.
    pub fn load(path: &Path) -> Result<Script, DemoError> {
        let text = std::fs::read_to_string(path);
        Script::parse(&text.map_err(|source| DemoError::File { path: path.to_owned(), source })?)
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Result<Script, DemoError> {
        #[derive(Deserialize)]
        struct Head {
            expect: Expected,
        }
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let Some((number, first)) = lines.next() else {
            return Err(DemoError::Script { line: 1, reason: "it is empty".to_owned() });
        };
        let head: Head = typed(number, first)?;
        let steps: Result<Vec<Step>, DemoError> = lines.map(|(number, line)| typed(number, line)).collect();
        Ok(Script { expected: head.expect, steps: steps? })
    }

    /// The message with this id.
    pub fn letter(&self, id: &str) -> Option<&Letter> {
        self.letters().find(|letter| letter.id == id)
    }

    /// Every message that somebody writes.
    pub fn letters(&self) -> impl Iterator<Item = &Letter> {
        self.steps.iter().filter_map(|step| match &step.act {
            Act::Write(letter) => Some(&**letter),
            _ => None,
        })
    }

    /// Every edit of the configuration.
    pub fn edits(&self) -> impl Iterator<Item = &Edit> {
        self.steps.iter().filter_map(|step| match &step.act {
            Act::Reload(edit) => Some(edit),
            _ => None,
        })
    }

    /// Every agent who signs in.
    pub fn agents(&self) -> impl Iterator<Item = &Name> {
        self.steps.iter().filter_map(|step| match &step.act {
            Act::SignIn { agent } => Some(agent),
            _ => None,
        })
    }
}

fn typed<T: DeserializeOwned>(line: usize, text: &str) -> Result<T, DemoError> {
    serde_json::from_str(text).map_err(|fault| DemoError::Script { line, reason: fault.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_script_and_its_configuration_fit_together() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/demo");
        let script = Script::load(&folder.join("script.jsonl")).expect("the shipped script");
        let loaded = crate::config::load(&folder.join("demo.toml")).expect("the shipped configuration");
        assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
        for agent in script.agents() {
            assert!(loaded.policy.agents.contains_key(agent), "{agent}");
        }
        assert_eq!(script.letters().count(), script.expected.messages);
        for letter in script.letters() {
            let earlier = letter.answers.as_deref();
            assert!(earlier.is_none_or(|id| script.letter(id).is_some()), "{}", letter.id);
        }
        assert_eq!(loaded.settings.control, Some(folder.join("control.sock")));
        let languages: usize = script.expected.languages.values().sum();
        assert_eq!(languages, script.expected.conversations);
    }

    #[test]
    fn a_step_that_is_none_is_told_with_its_line() {
        let head = r#"{"expect":{"conversations":0,"languages":{},"messages":0,"missed":0,"declined":0,"breached":0,"escalations":0,"acked":0,"reopened":0,"joined":0,"duplicates":0,"dead":0,"mails":0,"notices":0,"reloads":0,"refused_reloads":0}}"#;
        let fault =
            Script::parse(&format!("{head}\n{{\"at\":1,\"do\":\"dance\"}}")).expect_err("no such act");
        assert!(matches!(fault, DemoError::Script { line: 2, .. }), "{fault}");
    }
}
