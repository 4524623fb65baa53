//! Plays the script: everybody comes on at their time, facts are told as they arrive, and in the end it is
//! looked whether the story came true.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::DemoError;
use super::actor::{Actor, connect};
use super::desk::{Desk, Offered, acknowledge};
use super::facts::{self, Fact, READER};
use super::gateway::{Gateway, Notice, Stored, USER};
use super::line::Line;
use super::operator::Operator;
use super::outgoing::{self, Handed};
use super::perform::Cast;
use super::relay::{self, Mail};
use super::script::Script;
use super::story::{Story, Tally};
use super::summary::Ending;
use crate::config::{Loaded, Settings};
use crate::domain::{Name, Timestamp};
use crate::policy::Policy;
use crate::shell::control;
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

/// What must be there before anybody comes on.
#[derive(Clone, Debug)]
pub struct Props {
    /// The configuration of the site, in whose folder the script's edits lie.
    pub config: PathBuf,
    /// The folder with the passwords of its users.
    pub passwords: PathBuf,
    /// The folder where the relay of the site puts what it has got.
    pub mail: PathBuf,
    /// How long one round may take.
    pub limit: Duration,
}

/// Where one script after the other is played.
pub struct Stage {
    settings: Settings,
    policy: Arc<Policy>,
    props: Props,
    site: Site,
    supervisor: Actor,
    agents: BTreeMap<Name, Actor>,
    gateway: Client,
    operator: Operator,
    facts: mpsc::Receiver<Fact>,
    handed: mpsc::Receiver<Handed>,
    mails: mpsc::UnboundedReceiver<Mail>,
    /// When the first agent of the first round signed in.
    began: Option<Timestamp>,
    tasks: Tasks,
    /// The last place of the input stream that the gateway filled.
    inseq: u64,
}

/// One script while it is played.
struct Round {
    script: Arc<Script>,
    desks: BTreeMap<Name, Desk>,
    story: Story,
    offered: BTreeSet<String>,
    /// Messages that the gateway has delivered, and deliveries that are none.
    written: BTreeSet<String>,
    garbled: usize,
}

impl Stage {
    /// Connects everybody whom the script names to the site.
    pub async fn set(loaded: Loaded, props: Props, script: &Script) -> Result<Stage, DemoError> {
        let Loaded { settings, policy, .. } = loaded;
        let site = Site::new(settings.prefix.clone());
        let passwords = &props.passwords;
        let reader = connect(&settings, passwords, READER).await?;
        let facts = facts::read(&reader, &site).await?;
        let gateway = connect(&settings, passwords, USER).await?;
        let handed = outgoing::read(&gateway, &site).await?;
        let mails = relay::watch(props.mail.clone());
        let supervisor: Name = SUPERVISOR.parse().expect("the supervisor's name is one");
        let supervisor = Actor::connect(&settings, passwords, &supervisor).await?;
        let (mut agents, mut tasks) = (BTreeMap::new(), Tasks::new());
        for name in script.agents() {
            let actor = Actor::connect(&settings, passwords, name).await?;
            tasks.spawn(actor.clone().beat(BEAT));
            agents.insert(name.clone(), actor);
        }
        let socket = control::path(&settings).ok_or(DemoError::NoSocket)?;
        let folder = props.config.parent().unwrap_or(Path::new(".")).to_owned();
        let operator = Operator::new(folder, socket, supervisor.clone());
        let (policy, began) = (Arc::new(policy), None);
        Ok(Stage {
            settings,
            policy,
            props,
            site,
            supervisor,
            agents,
            gateway,
            operator,
            facts,
            handed,
            mails,
            began,
            tasks,
            inseq: 0,
        })
    }

    /// Plays a script and tells each line. Where the story does not end by itself within the limit, the ending
    /// says so. Once `stop` is true nobody writes any more, and what is open is brought to its end.
    pub async fn play(
        &mut self,
        script: Script,
        stop: &watch::Receiver<bool>,
        tell: &mut dyn FnMut(&Line),
    ) -> Result<(Tally, Ending), DemoError> {
        let end = Instant::now() + self.props.limit;
        let mut round = self.round(script);
        let (sender, mut notices) = mpsc::unbounded_channel();
        let subjects = Subjects::new(self.settings.prefix.clone());
        let ledger = round.story.ledger();
        let gateway = Gateway::new(&self.gateway, subjects, self.supervisor.clone(), ledger, sender.clone());
        let operator = self.operator.clone();
        let cast = Cast { desks: round.desks.clone(), gateway, operator, notices: sender };
        let acts = cast.perform(round.script.clone(), stop.clone());
        tokio::pin!(acts);
        let mut performed = false;
        let is_complete = loop {
            tokio::select! {
                Some(fact) = self.facts.recv() => self.take(&mut round, &fact, tell).await?,
                Some(handed) = self.handed.recv() => tell(&round.story.handed(&handed)),
                Some(mail) = self.mails.recv() => tell(&round.story.mailed(&mail)),
                Some(notice) = notices.recv() => self.notice(&mut round, &notice, tell),
                done = &mut acts, if !performed => { done?; performed = true; }
                Some(done) = self.tasks.join_next() => done??,
                () = tokio::time::sleep(LOOK), if performed => {
                    if self.is_over(&round).await? { break true; }
                }
                () = sleep_until(end) => break false,
            }
        };
        self.began = round.story.began();
        let ending = self.ending(&round, is_complete).await?;
        Ok((round.story.tally, ending))
    }

    fn round(&self, script: Script) -> Round {
        let script = Arc::new(script);
        let desk = |(name, actor): (&Name, &Actor)| (name.clone(), Desk::new(actor.clone(), script.clone()));
        Round {
            desks: self.agents.iter().map(desk).collect(),
            story: Story::new(script.clone(), self.policy.clone(), self.supervisor.clone(), self.began),
            script,
            offered: BTreeSet::new(),
            written: BTreeSet::new(),
            garbled: 0,
        }
    }

    /// Tells a fact, and has those act whom it concerns.
    async fn take(
        &mut self,
        round: &mut Round,
        fact: &Fact,
        tell: &mut dyn FnMut(&Line),
    ) -> Result<(), DemoError> {
        if let Some(line) = round.story.take(fact).await? {
            tell(&line);
        }
        let desk = fact.text("agent").parse::<Name>().ok().and_then(|name| round.desks.get(&name).cloned());
        match (fact.word.as_str(), desk) {
            ("offer.made", Some(desk)) => {
                let conversation = fact.text("conversation").to_owned();
                let first = round.offered.insert(conversation.clone());
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

    fn notice(&mut self, round: &mut Round, notice: &Notice, tell: &mut dyn FnMut(&Line)) {
        match notice {
            Notice::Again { id } => tell(&round.story.again(id)),
            Notice::Edited(edit) => tell(&round.story.edited(edit)),
            Notice::Reloaded(reloaded) => tell(&round.story.reloaded(reloaded)),
            Notice::Stored { inseq, what } => {
                self.inseq = self.inseq.max(*inseq);
                match what {
                    Stored::Letter { id } => drop(round.written.insert(id.clone())),
                    Stored::Garbled => round.garbled += 1,
                    Stored::Again => {}
                }
            }
        }
    }

    /// Over when the router has consumed all input, every message has its place, all is resolved, and what is
    /// owed has left.
    async fn is_over(&self, round: &Round) -> Result<bool, DemoError> {
        if !round.story.is_settled(round.written.len(), round.garbled) {
            return Ok(false);
        }
        let status = self.supervisor.ask("status", &json!({})).await?;
        Ok(status["inseq"].as_u64().is_some_and(|inseq| inseq >= self.inseq))
    }

    /// Reads what the facts alone do not say.
    async fn ending(&self, round: &Round, is_complete: bool) -> Result<Ending, DemoError> {
        let mut found: BTreeMap<String, usize> = round.written.iter().map(|id| (id.clone(), 0)).collect();
        for conversation in round.story.tally.conversations.keys() {
            let seen = self.supervisor.conversation(conversation).await?;
            let messages = seen["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
            for id in messages.iter().filter_map(|message| message["content"]["external_id"].as_str()) {
                *found.entry(id.to_owned()).or_default() += 1;
            }
        }
        let operator = connect(&self.settings, &self.props.passwords, OPERATOR).await?;
        let request = format!("$JS.API.STREAM.INFO.{}", self.site.stream_dead());
        let info = jetstream(&operator).client().request(request, "".into()).await;
        let info = info.map_err(|source| DemoError::Facts { source: Box::new(source) })?;
        let info: Value = serde_json::from_slice(&info.payload).unwrap_or_default();
        let dead = info["state"]["messages"].as_u64().unwrap_or(0) as usize;
        Ok(Ending { dead, found, is_complete })
    }
}
