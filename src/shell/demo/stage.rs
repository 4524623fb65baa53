//! Plays the script: everybody comes on at their time, facts are told as they arrive, and in the end it is
//! looked whether the story came true.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::DemoError;
use super::actor::{Actor, connect};
use super::desk::{Desk, Offered, acknowledge};
use super::facts::{Fact, READER, read};
use super::gateway::{Gateway, Notice, USER};
use super::script::{Act, Script};
use super::story::{Line, Story};
use super::summary::{Ending, Summary};
use crate::config::{Loaded, Settings};
use crate::domain::Name;
use crate::policy::Policy;
use crate::shell::nats::jetstream;
use crate::shell::site::Site;
use crate::wire::Subjects;

/// The NATS user who looks into DEAD in the end.
const OPERATOR: &str = "switchboard-admin";
/// The supervisor of the demo.
const SUPERVISOR: &str = "sue";
/// How often a desktop is heard.
const BEAT: Duration = Duration::from_secs(2);
/// How long the end is waited for, when nothing comes any more.
const LOOK: Duration = Duration::from_millis(100);

type Tasks = JoinSet<Result<(), DemoError>>;

struct Stage {
    script: Arc<Script>,
    supervisor: Actor,
    desks: BTreeMap<Name, Desk>,
    story: Story,
    offered: BTreeSet<String>,
    tasks: Tasks,
    /// The last place of the input stream that the gateway filled.
    inseq: u64,
}

/// Plays a script on the site of these settings, with the passwords of its users in this folder, and tells
/// each line. Where the story does not end by itself within `limit`, the summary says what is missing.
pub async fn play(
    loaded: Loaded,
    script: Script,
    passwords: &Path,
    limit: Duration,
    tell: &mut dyn FnMut(&Line),
) -> Result<Summary, DemoError> {
    let end = Instant::now() + limit;
    let Loaded { settings, policy, .. } = loaded;
    let settings = &settings;
    let site = Site::new(settings.prefix.clone());
    let reader = connect(settings, passwords, READER).await?;
    let mut facts = read(&reader, &site).await?;
    let mut stage = Stage::set(settings, policy, script, passwords).await?;
    let (sender, mut notices) = mpsc::unbounded_channel();
    let client = connect(settings, passwords, USER).await?;
    let subjects = Subjects::new(settings.prefix.clone());
    let ledger = stage.story.ledger();
    let gateway = Gateway::new(&client, subjects, stage.supervisor.clone(), ledger, sender);
    let acts = stage.perform(gateway);
    tokio::pin!(acts);
    let mut performed = false;
    let is_complete = loop {
        tokio::select! {
            Some(fact) = facts.recv() => stage.take(&fact, tell).await?,
            Some(notice) = notices.recv() => stage.notice(&notice, tell),
            done = &mut acts, if !performed => { done?; performed = true; }
            Some(done) = stage.tasks.join_next() => done??,
            () = tokio::time::sleep(LOOK), if performed => {
                if stage.is_over().await? { break true; }
            }
            () = sleep_until(end) => break false,
        }
    };
    let ending = stage.ending(settings, passwords, &site, is_complete).await?;
    Ok(Summary::of(&stage.script.expected, &stage.story.tally, &ending))
}

impl Stage {
    async fn set(
        settings: &Settings,
        policy: Policy,
        script: Script,
        passwords: &Path,
    ) -> Result<Stage, DemoError> {
        let script = Arc::new(script);
        let supervisor: Name = SUPERVISOR.parse().expect("the supervisor's name is one");
        let supervisor = Actor::connect(settings, passwords, &supervisor).await?;
        let (mut desks, mut tasks) = (BTreeMap::new(), Tasks::new());
        for name in script.agents() {
            let actor = Actor::connect(settings, passwords, name).await?;
            tasks.spawn(actor.clone().beat(BEAT));
            desks.insert(name.clone(), Desk::new(actor, script.clone()));
        }
        let story = Story::new(script.clone(), Arc::new(policy), supervisor.clone());
        Ok(Stage { script, supervisor, desks, story, offered: BTreeSet::new(), tasks, inseq: 0 })
    }

    /// Everybody's acts at their times; what must wait for a fact waits.
    fn perform(&self, mut gateway: Gateway) -> impl Future<Output = Result<(), DemoError>> + use<> {
        let (script, desks) = (self.script.clone(), self.desks.clone());
        async move {
            let began = Instant::now();
            for step in &script.steps {
                sleep_until(began + Duration::from_millis(step.at)).await;
                let desk = |agent: &Name| desks.get(agent).cloned();
                match &step.act {
                    Act::SignIn { agent } => {
                        if let Some(desk) = desk(agent) {
                            desk.sign_in().await?;
                        }
                    }
                    Act::Away { agent, reason } => {
                        if let Some(desk) = desk(agent) {
                            desk.go_away(reason.clone()).await?;
                        }
                    }
                    Act::Back { agent } => {
                        if let Some(desk) = desk(agent) {
                            desk.come_back().await?;
                        }
                    }
                    Act::Write(letter) => gateway.deliver(letter).await?,
                    Act::Again { id } => gateway.deliver_again(id).await?,
                    Act::Garble { subject, payload } => gateway.garble(subject, payload).await?,
                }
            }
            Ok(())
        }
    }

    /// Tells a fact, and has those act whom it concerns.
    async fn take(&mut self, fact: &Fact, tell: &mut dyn FnMut(&Line)) -> Result<(), DemoError> {
        if let Some(line) = self.story.take(fact).await? {
            tell(&line);
        }
        let desk = fact.text("agent").parse::<Name>().ok().and_then(|name| self.desks.get(&name).cloned());
        match (fact.word.as_str(), desk) {
            ("offer.made", Some(desk)) => {
                let conversation = fact.text("conversation").to_owned();
                let first = self.offered.insert(conversation.clone());
                let offer = fact.text("offer").to_owned();
                self.tasks.spawn(desk.answer(Offered { offer, conversation, first }));
            }
            ("agent.presence_changed", Some(desk)) if fact.text("cause") == "rona" => {
                self.tasks.spawn(desk.wake_up());
            }
            ("escalation.raised", _) => {
                let escalation = fact.text("escalation").to_owned();
                self.tasks.spawn(acknowledge(self.supervisor.clone(), escalation));
            }
            _ => {}
        }
        Ok(())
    }

    fn notice(&mut self, notice: &Notice, tell: &mut dyn FnMut(&Line)) {
        match notice {
            Notice::Again { id } => tell(&self.story.again(id)),
            Notice::Stored { inseq } => self.inseq = self.inseq.max(*inseq),
        }
    }

    /// Over when the router has consumed all input, every message has its place, and all is resolved.
    async fn is_over(&self) -> Result<bool, DemoError> {
        if !self.story.is_settled(self.script.letters().count(), self.script.expected.dead) {
            return Ok(false);
        }
        let status = self.supervisor.ask("status", &json!({})).await?;
        Ok(status["inseq"].as_u64().is_some_and(|inseq| inseq >= self.inseq))
    }

    /// Reads what the facts alone do not say.
    async fn ending(
        &self,
        settings: &Settings,
        passwords: &Path,
        site: &Site,
        is_complete: bool,
    ) -> Result<Ending, DemoError> {
        let mut found: BTreeMap<String, usize> =
            self.script.letters().map(|letter| (letter.id.clone(), 0)).collect();
        for conversation in self.story.tally.conversations.keys() {
            let seen = self.supervisor.conversation(conversation).await?;
            let messages = seen["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
            for id in messages.iter().filter_map(|message| message["content"]["external_id"].as_str()) {
                *found.entry(id.to_owned()).or_default() += 1;
            }
        }
        let operator = connect(settings, passwords, OPERATOR).await?;
        let request = format!("$JS.API.STREAM.INFO.{}", site.stream_dead());
        let info = jetstream(&operator).client().request(request, "".into()).await;
        let info = info.map_err(|source| DemoError::Facts { source: Box::new(source) })?;
        let info: Value = serde_json::from_slice(&info.payload).unwrap_or_default();
        let dead = info["state"]["messages"].as_u64().unwrap_or(0) as usize;
        Ok(Ending { dead, found, is_complete })
    }
}
