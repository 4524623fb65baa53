//! The file as written: its types and nothing else. Each table refuses keys that it does not know; each key
//! may be absent, since what is required or defaulted is said once, in `check`. Numbers are as wide as TOML
//! has them, and spans are still text: limits are checked where a fault can be told with its key.
//!
//! The comment of a key is its documentation for operators, too: `keys` makes the schema and the page of
//! defaults from it. A default that is said here is held against that of `check` by a test.

mod gateway;
mod outside;
mod text;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub(super) use gateway::{RawGateway, RawWebhook, SignatureWord};
pub(super) use outside::{RawAuth, RawControl, RawHttp, RawLog, RawNats, RawNotice, RawSmtp, RawTls};
pub(super) use text::{OfferTimeout, OneOrMany, SizeText, SpanText};

use crate::domain::{Channel, Format};

/// Entries by the name in their header, as `[queue.billing]`.
pub(super) type Named<T> = BTreeMap<String, T>;

/// Everything that was written.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawFile {
    /// The site: what holds for all of it.
    pub site: RawSite,
    /// Agents' desktops.
    pub presence: RawPresence,
    /// The way to NATS. Secrets stand in files of their own.
    pub nats: RawNats,
    /// What is logged.
    pub log: RawLog,
    /// The relay that takes our mail; without it none is sent.
    #[schemars(extend("x-optional" = true))]
    pub smtp: Option<RawSmtp>,
    /// What the daemon's own mail (escalations) looks like. The texts are minijinja templates.
    pub notice: RawNotice,
    /// What is answered by HTTP.
    pub http: RawHttp,
    /// The operator's commands.
    pub control: RawControl,
    /// The HTTP door of `switchboard gateway`, which takes the webhooks of providers.
    pub gateway: RawGateway,
    /// Who may send commands, besides the agents.
    #[schemars(rename = "actor")]
    pub actors: Named<RawActor>,
    /// Who answers: what each can do, and how much at once.
    #[schemars(rename = "agent")]
    pub agents: Named<RawAgent>,
    /// Where interactions wait.
    #[schemars(rename = "queue")]
    pub queues: Named<RawQueue>,
    /// The ways in. A message enters on the subject `<prefix>.in.<channel>.<source>`.
    #[schemars(rename = "source")]
    pub sources: Named<RawSource>,
    /// Which queue takes a message. The least rank is asked first; the first route all of whose clauses hold wins.
    #[schemars(rename = "route")]
    pub routes: Named<RawRoute>,
    /// What is promised.
    #[schemars(rename = "sla")]
    pub slas: Named<RawSla>,
    /// What follows a breach: rung by rung, until somebody acknowledges.
    #[schemars(rename = "ladder")]
    pub ladders: Named<RawLadder>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSite {
    /// The first word of every NATS subject, and of the streams' names in upper case.
    #[schemars(extend("default" = "switchboard"))]
    pub prefix: Option<String>,
    /// The languages in which the site is written to: that of a text is looked for among them, for the routes.
    #[schemars(extend("examples" = [["en", "pl"]]))]
    pub languages: Option<OneOrMany<String>>,
    /// The queue where a message waits that no route takes.
    #[schemars(extend("examples" = ["general"]), extend("x-required" = true))]
    pub default_queue: Option<String>,
    /// The file of the site's secret, at least 32 bytes. It makes digests of addresses and signs reply
    /// tokens: losing it orphans both.
    #[schemars(extend("default" = "site.key"))]
    pub key_file: Option<String>,
    /// Whether tests may move the clock and inject faults.
    #[schemars(extend("default" = false))]
    pub test: Option<bool>,
    /// What tells this process from another of the site; made up where it is not set.
    #[schemars(extend("examples" = ["host-a"]))]
    pub instance: Option<String>,
    /// A resolved conversation reopens when its contact writes within this.
    #[schemars(extend("default" = "336h"))]
    pub reopen_within: Option<SpanText>,
    /// An open conversation is found by its subject alone within this of its newest message (mail).
    #[schemars(extend("default" = "168h"))]
    pub subject_window: Option<SpanText>,
    /// A later message begins a new conversation that still names the old one within this.
    #[schemars(extend("default" = "2160h"))]
    pub follow_up_keep: Option<SpanText>,
    /// A contact without conversations is remembered this long.
    #[schemars(extend("default" = "9600h"))]
    pub contact_keep: Option<SpanText>,
    /// An idle SMS thread with nothing owed to the contact ends after this.
    #[schemars(extend("default" = "24h"))]
    pub sms_idle: Option<SpanText>,
    /// A breach is recorded this long after it was due, so that a late stop still counts.
    #[schemars(extend("default" = "2s"))]
    pub late_grace: Option<SpanText>,
    /// An agent is not offered again for this long what he declined or missed.
    #[schemars(extend("default" = "60s"))]
    pub cooldown: Option<SpanText>,
    /// After so many missed offers in a row an agent goes away with reason `rona`.
    #[schemars(extend("default" = 1))]
    pub rona_after: Option<i64>,
    /// The most message keys that are kept to recognize repeats.
    #[schemars(extend("default" = 20_000_000))]
    pub dedupe_max: Option<i64>,
    /// The most command ids that are remembered.
    #[schemars(extend("default" = 2_000_000))]
    pub command_ids_max: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPresence {
    /// A desktop that is silent for longer is lost.
    #[schemars(extend("default" = "30s"))]
    pub lease: Option<SpanText>,
    /// The agent of a lost desktop is offline after this.
    #[schemars(extend("default" = "60s"))]
    pub lost_grace: Option<SpanText>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawActor {
    /// What it may do.
    #[schemars(extend("examples" = ["service"]), extend("x-required" = true))]
    pub role: Option<ActorRole>,
    /// The sources whose messages it may report on, by `message.report`; those of all where it is not set.
    #[schemars(extend("examples" = ["example"]))]
    pub sources: Option<OneOrMany<String>>,
}

/// The roles that a file may give; agents have theirs by being agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ActorRole {
    Service,
    Supervisor,
    Gateway,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawAgent {
    /// What the agent can do, each skill from 1 to 5.
    #[schemars(extend("examples" = [{ "english": 4 }]))]
    pub skills: BTreeMap<String, i64>,
    /// How many units the agent can hold at once.
    #[schemars(extend("default" = 1))]
    pub capacity: Option<i64>,
    /// What an interaction takes of the capacity, by channel; 1 unless said.
    #[schemars(extend("examples" = [{ "chat": 1 }]))]
    pub cost: ByChannel<i64>,
    /// The most interactions of a channel at once.
    #[schemars(extend("examples" = [{ "chat": 1 }]))]
    pub max: ByChannel<i64>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawQueue {
    /// Higher is served first.
    #[schemars(extend("default" = 50))]
    pub priority: Option<i64>,
    /// What an agent must be able to do, and how well.
    #[schemars(extend("examples" = [{ "english": 3 }]))]
    pub skills: BTreeMap<String, i64>,
    /// What is promised to who waits here.
    #[schemars(extend("examples" = ["standard"]))]
    pub sla: Option<String>,
    /// How long an offer stands, for all channels or by channel.
    #[schemars(extend("default" = { "chat": "30s", "email": "300s", "sms": "30s" }))]
    pub offer_timeout: Option<OfferTimeout>,
    /// What becomes of held work whose agent goes offline.
    #[schemars(extend("default" = "requeue"))]
    pub owner_offline: Option<OwnerOfflineWord>,
    /// How long an agent's units stay taken after a resolve, unless he finishes before: at most 1h.
    #[schemars(extend("default" = "0s"))]
    pub wrap_up: Option<SpanText>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OwnerOfflineWord {
    Requeue,
    Keep,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSource {
    /// What comes in here.
    #[schemars(extend("examples" = ["sms"]), extend("x-required" = true))]
    pub channel: Option<Channel>,
    /// The number, mailbox or account that contacts write to, or a list of them.
    #[schemars(extend("examples" = ["+15550199"]), extend("x-required" = true))]
    pub address: Option<OneOrMany<String>>,
    /// How its payloads are written: `rfc5322` for mail and `switchboard`, our own JSON, for the rest unless it is
    /// said; or the name of a provider.
    #[schemars(extend("examples" = ["twilio"]))]
    pub format: Option<Format>,
    /// The region of numbers that are written without a country.
    #[schemars(extend("examples" = ["US"]))]
    pub region: Option<String>,
    /// What we are called at the provider, a user or bot id or a list: what it writes is an echo of ours.
    #[schemars(extend("examples" = ["U0SELF"]))]
    pub own_id: Option<OneOrMany<String>>,
    /// Whether other bots are heard.
    #[schemars(extend("default" = false))]
    pub bots: Option<bool>,
    /// The languages of the words by which a contact opts out, in or asks for help.
    #[schemars(extend("default" = ["en"]), extend("examples" = ["en"]))]
    pub keywords: Option<OneOrMany<String>>,
    /// The languages of what is written here, where they are not those of the site.
    #[schemars(extend("examples" = ["pl"]))]
    pub languages: Option<OneOrMany<String>>,
    /// How long the parts of one text wait for each other.
    #[schemars(extend("default" = "10m"))]
    pub parts_wait: Option<SpanText>,
    /// How long after a message of a user the provider lets us answer freely; later only templates leave. 24 h for the
    /// networks of WhatsApp, Messenger and Instagram, none for others. Where another provider carries those it is to be
    /// set, for `conversation.start` knows no network by a bare number.
    #[schemars(extend("examples" = ["168h"]))]
    pub reply_window: Option<SpanText>,
    /// The names by which our own mail servers sign `Authentication-Results`.
    #[schemars(extend("examples" = ["mx.example.org"]))]
    pub authserv_id: Option<OneOrMany<String>>,
    /// Whether the sender is who stands in Reply-To: for mailboxes that web forms write to.
    #[schemars(extend("default" = false))]
    pub trust_reply_to: Option<bool>,
    /// Which mail of machines opens a conversation.
    #[schemars(extend("default" = ["automated", "list", "bulk"]), extend("examples" = ["automated"]))]
    pub opens: Option<OneOrMany<MachineMail>>,
    /// The languages whose prefixes of subjects are one letter, as `R:`.
    #[schemars(extend("examples" = ["it"]))]
    pub subject_languages: Option<OneOrMany<String>>,
    /// How a subject bears the token of a conversation; `{token}` stands for it.
    #[schemars(extend("examples" = ["[#{token}]"]))]
    pub subject_form: Option<String>,
    /// How its provider reaches the gateway. Secrets stand in files of their own.
    #[schemars(extend("x-optional" = true))]
    pub webhook: Option<RawWebhook>,
}

/// Mail of machines that may open a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MachineMail {
    Automated,
    List,
    Bulk,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawRoute {
    /// Its place: the route with the least rank is asked first.
    #[schemars(extend("examples" = [10]), extend("x-required" = true))]
    pub rank: Option<i64>,
    /// Takes messages of these channels.
    #[schemars(extend("examples" = ["sms"]))]
    pub channel: Option<OneOrMany<Channel>>,
    /// Takes messages of these sources.
    #[schemars(extend("examples" = ["example"]))]
    pub source: Option<OneOrMany<String>>,
    /// Takes messages from an address that matches this pattern whole.
    #[schemars(extend("examples" = ["\\+48\\d+"]))]
    pub address: Option<String>,
    /// Takes mail whose subject matches this pattern somewhere.
    #[schemars(extend("examples" = ["(?i)invoice"]))]
    pub subject: Option<String>,
    /// Takes messages whose text matches this pattern somewhere.
    #[schemars(extend("examples" = ["(?i)invoice"]))]
    pub text: Option<String>,
    /// Takes messages in these languages, as `pl`; `zh` takes `zh-tw` too.
    #[schemars(extend("examples" = ["pl"]))]
    pub language: Option<OneOrMany<String>>,
    /// Where it sends.
    #[schemars(extend("examples" = ["general"]), extend("x-required" = true))]
    pub queue: Option<String>,
    /// What is asked of the agent on top of what the queue asks.
    #[schemars(extend("examples" = [{ "english": 4 }]))]
    pub skills: BTreeMap<String, i64>,
    /// In the place of the queue's.
    #[schemars(extend("examples" = [70]))]
    pub priority: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSla {
    /// Until an agent accepts.
    pub assign: Option<RawTarget>,
    /// Until a person answers.
    pub first_reply: Option<RawTarget>,
    /// What follows a breach.
    #[schemars(extend("examples" = ["standard"]))]
    pub ladder: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTarget {
    /// How long it may take.
    #[schemars(extend("examples" = ["5m"]), extend("x-required" = true))]
    pub within: Option<SpanText>,
    /// When to warn: at a share of the target (`50%`) or before its due (`-60s`).
    pub warn: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLadder {
    /// How long an acknowledgement holds further rungs back.
    #[schemars(extend("default" = "30m"))]
    pub ack_for: Option<SpanText>,
    /// What is done, numbered from 1.
    pub rung: BTreeMap<String, RawRung>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawRung {
    /// When, counted from the breach.
    #[schemars(extend("examples" = ["0s"]), extend("x-required" = true))]
    pub after: Option<SpanText>,
    /// Who is told: `assignee`, `role:supervisor`, `role:service`, `email:NAME@HOST`.
    #[schemars(extend("examples" = [["role:supervisor"]]), extend("x-required" = true))]
    pub notify: Vec<String>,
}

/// Something for each channel that is named.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, bound = "T: Deserialize<'de> + Default")]
#[schemars(bound = "T: JsonSchema + Default")]
pub(super) struct ByChannel<T> {
    pub chat: Option<T>,
    pub email: Option<T>,
    pub sms: Option<T>,
    pub work: Option<T>,
}

impl<T> ByChannel<T> {
    pub fn get(&self, channel: Channel) -> Option<&T> {
        match channel {
            Channel::Chat => self.chat.as_ref(),
            Channel::Email => self.email.as_ref(),
            Channel::Sms => self.sms.as_ref(),
            Channel::Work => self.work.as_ref(),
        }
    }
}
