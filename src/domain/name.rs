//! Configured names: agents, queues, sources, routes, skills, actors.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A name of at most 64 bytes of `a-z 0-9 _ -`, so that it is one token of a NATS subject.
/// Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Name(Arc<str>);

/// A text that cannot be a [`Name`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError;

impl Name {
    /// The longest name, in bytes.
    pub const BYTES_MAX: usize = 64;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a name has 1 to {} characters of `a-z`, `0-9`, `_` and `-`", Name::BYTES_MAX)
    }
}

impl std::error::Error for NameError {}

impl FromStr for Name {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let sized = (1..=Name::BYTES_MAX).contains(&text.len());
        let plain = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
        if sized && plain { Ok(Name(Arc::from(text))) } else { Err(NameError) }
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> String {
        name.0.as_ref().to_owned()
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a name is a name of. Each kind counts its own numbers from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// Who sends commands.
    Actor,
    /// Who answers.
    Agent,
    /// Where interactions wait.
    Queue,
    /// What picks a queue.
    Route,
    /// What an agent can do.
    Skill,
    /// A way in.
    Source,
}

impl NameKind {
    /// Every kind, in the order of their places in a table.
    pub const ALL: [NameKind; 6] = [
        NameKind::Actor,
        NameKind::Agent,
        NameKind::Queue,
        NameKind::Route,
        NameKind::Skill,
        NameKind::Source,
    ];
}
