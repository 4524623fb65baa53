//! Twins of what happens to the site as a whole, its rules and its doors.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Channel, Digest, Name, NameKind, Names};
use crate::engine::command::RefusedInput;
use crate::engine::event::{Event, Remembered};
use crate::wire::time::InstantText;

use super::{About, Twin};

/// A process began to lead.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Led<'a> {
    /// Higher than every epoch before.
    pub epoch: u64,
    /// Which process.
    #[serde(borrow)]
    pub instance: Cow<'a, str>,
    /// Its version.
    #[serde(borrow)]
    pub version: Cow<'a, str>,
}

/// How far the input was consumed while nothing else was recorded.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Position {}

/// A step of the wall clock was taken.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct ClockStepped {
    /// Where the clock stood.
    pub from: InstantText,
    /// Where it goes on.
    pub to: InstantText,
}

/// Names were given their numbers.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Named<'a> {
    /// What they are names of.
    pub kind: NameKind,
    /// The number of the first; the others follow.
    pub first: u32,
    /// The names.
    pub names: Cow<'a, [Name]>,
}

/// These rules hold from now on.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct PolicyAdopted {
    /// The digest of the rules.
    pub digest: Digest,
}

/// All that follows from the adopted rules was recorded.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct PolicyApplied {
    /// The digest of the rules.
    pub digest: Digest,
}

/// What is remembered was too much, so its oldest day went early.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct DedupeShortened {
    /// Of what.
    pub remembered: Remembered,
    /// The day, counted from 1970-01-01 UTC.
    pub day: i64,
    /// How many keys went.
    pub keys: u64,
}

/// An input could not be understood; it lies in DEAD.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct InputRefused<'a> {
    /// The subject that it came by.
    #[serde(borrow)]
    pub subject: Cow<'a, str>,
    /// The channel, where the subject names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Why, as a code of one word.
    #[serde(borrow)]
    pub code: Cow<'a, str>,
    /// Why, as a sentence.
    #[serde(borrow)]
    pub reason: Cow<'a, str>,
}

/// A command of the input stream was answered with no.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct CommandRejected<'a> {
    /// What was asked.
    #[serde(borrow)]
    pub verb: Cow<'a, str>,
    /// Why not, as a code of one word.
    #[serde(borrow)]
    pub code: Cow<'a, str>,
    /// Why not, as a sentence.
    #[serde(borrow)]
    pub reason: Cow<'a, str>,
}

impl Twin for Led<'_> {
    const WORD: &'static str = "site.led";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let (instance, version) = (self.instance.into_owned(), self.version.into_owned());
        Ok(Event::Led { epoch: self.epoch, instance, version })
    }
}

impl Twin for Position {
    const WORD: &'static str = "site.position";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::Positioned)
    }
}

impl Twin for ClockStepped {
    const WORD: &'static str = "site.clock_stepped";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ClockStepped { from: self.from.0, to: self.to.0 })
    }
}

impl Twin for Named<'_> {
    const WORD: &'static str = "site.named";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::Named { kind: self.kind, first: self.first, names: self.names.into_owned() })
    }
}

impl Twin for PolicyAdopted {
    const WORD: &'static str = "policy.adopted";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::PolicyAdopted { digest: self.digest })
    }
}

impl Twin for PolicyApplied {
    const WORD: &'static str = "policy.applied";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::PolicyApplied { digest: self.digest })
    }
}

impl Twin for DedupeShortened {
    const WORD: &'static str = "site.dedupe_shortened";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::DedupeShortened { remembered: self.remembered, day: self.day, keys: self.keys })
    }
}

impl Twin for InputRefused<'_> {
    const WORD: &'static str = "input.refused";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::InputRefused(Box::new(RefusedInput {
            subject: self.subject.into_owned(),
            channel: self.channel,
            code: self.code.into_owned(),
            reason: self.reason.into_owned(),
        })))
    }
}

impl Twin for CommandRejected<'_> {
    const WORD: &'static str = "command.rejected";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::CommandRejected {
            verb: self.verb.into_owned(),
            code: self.code.into_owned(),
            reason: self.reason.into_owned(),
        })
    }
}
