//! The checked rules, immutable. A [`Policy`] is whole and valid once made: every name in it resolves,
//! every rank is unique, every number is inside its limits. `config` makes it; nothing here reads a file.

mod route;
mod sla;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{Capacity, Channel, Digest, Name, Proficiency, Promise, Role, Span};

pub use route::{Attributes, Matcher, PatternError, Route, RouteChoice, RouteTable, Verdict};
pub use sla::{Warning, promise};

/// All the rules of a site.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What tells this policy from another: the digest of its checked form.
    pub digest: Digest,
    /// What holds for the whole site.
    pub site: SiteRules,
    /// Who may send commands, besides the agents.
    pub actors: BTreeMap<Name, Role>,
    /// By which sources a message must have left that an actor reports on; who is not named here reports on all.
    pub reports: BTreeMap<Name, Vec<Name>>,
    /// Who answers.
    pub agents: BTreeMap<Name, AgentRule>,
    /// Where interactions wait.
    pub queues: BTreeMap<Name, QueueRule>,
    /// The ways in.
    pub sources: BTreeMap<Name, Channel>,
    /// What picks a queue.
    pub routes: RouteTable,
    /// Where a message waits that no route takes; always one of `queues`, but in the empty policy.
    pub default_queue: Option<Name>,
}

/// What holds for the whole site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRules {
    /// How long after it was resolved a conversation reopens when its contact writes again.
    pub reopen_within: Span,
    /// How long after its newest message an open conversation is found by its subject alone.
    pub subject_window: Span,
    /// How long an archived conversation is still named as `follow_up_of`.
    pub follow_up_keep: Span,
    /// How long a contact without conversations is remembered.
    pub contact_keep: Span,
    /// How long an SMS thread may idle, with nothing owed to the contact, before a message opens a new one.
    pub sms_idle: Span,
    /// How long after its due instant a breach is recorded, so that a late stop still counts (sla-R3).
    pub late_grace: Span,
    /// How long an agent whose desktop fell silent is lost before he is offline.
    pub lost_grace: Span,
    /// How long an agent is not offered again what he declined or missed.
    pub cooldown: Span,
    /// After how many missed offers in a row an agent goes away with reason `rona`.
    pub rona_after: u32,
    /// The most keys that the dedupe window keeps.
    pub dedupe_max: usize,
    /// The most command ids that are remembered.
    pub command_ids_max: usize,
    /// How mail that could not be sent is tried again; none where the site sends no mail.
    pub mail: Option<MailRules>,
}

/// How mail is tried again: after `retry_first`, then each time after twice as long, at most `retry_longest`,
/// until it is `give_up_after` old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailRules {
    /// The first wait.
    pub retry_first: Span,
    /// The longest wait.
    pub retry_longest: Span,
    /// The age at which it has failed.
    pub give_up_after: Span,
}

impl Default for SiteRules {
    fn default() -> Self {
        SiteRules {
            reopen_within: Span::hours(14 * 24),
            subject_window: Span::hours(7 * 24),
            follow_up_keep: Span::hours(90 * 24),
            contact_keep: Span::hours(400 * 24),
            sms_idle: Span::hours(24),
            late_grace: Span::seconds(2),
            lost_grace: Span::seconds(60),
            cooldown: Span::seconds(60),
            rona_after: 1,
            dedupe_max: 20_000_000,
            command_ids_max: 2_000_000,
            mail: None,
        }
    }
}

/// How long an offer stands unless its queue says otherwise, by [`Channel::index`]: chat, email, SMS, work.
pub const OFFER_TIMEOUT: [Span; Channel::ALL.len()] =
    [Span::seconds(30), Span::seconds(300), Span::seconds(30), Span::seconds(300)];

/// An agent as the files set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRule {
    /// What he can do, each skill once.
    pub skills: BTreeMap<Name, Proficiency>,
    /// How much he can hold.
    pub capacity: Capacity,
}

/// A queue as the files set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRule {
    /// Higher is served first.
    pub priority: i32,
    /// What is asked of an agent, each skill once.
    pub needs: BTreeMap<Name, Proficiency>,
    /// What is promised to who waits here.
    pub promises: Arc<[Arc<Promise>]>,
    /// How long an offer stands, by [`Channel::index`].
    pub offer_timeout: [Span; Channel::ALL.len()],
    /// What becomes of held work whose agent goes offline.
    pub owner_offline: OwnerOffline,
    /// How long an agent works on after he resolved; 0 when he is free at once.
    pub wrap_up: Span,
}

/// What becomes of an assigned interaction whose agent goes offline (peer-F13, peer-F14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerOffline {
    /// Waits again, at its old age, as soon as the contact is owed an answer.
    Requeue,
    /// Stays with its agent; an event says so each time that the contact writes.
    Keep,
}

impl Policy {
    /// The policy that knows nobody and routes nothing. Replay needs no more than this.
    pub fn empty() -> Policy {
        Policy {
            digest: Digest::default(),
            site: SiteRules::default(),
            actors: BTreeMap::new(),
            reports: BTreeMap::new(),
            agents: BTreeMap::new(),
            queues: BTreeMap::new(),
            sources: BTreeMap::new(),
            routes: RouteTable::default(),
            default_queue: None,
        }
    }
}
