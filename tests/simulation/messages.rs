//! Messages as the records tell them: which there are, by what keys they are named, which were taken back, and what
//! waits for those that are still to come.

use std::collections::{BTreeMap, BTreeSet};

use switchboard::domain::{ConversationId, Digest, MessageId, Timestamp};
use switchboard::engine::event::{Event, MessageTouched, PendedChange, Recorded};

use crate::invariants::{Invariant, Trips};
use crate::threads::Threads;

/// For how many milliseconds an update waits.
const WAITS_MS: i64 = 7 * 24 * 3_600_000;

#[derive(Default)]
pub struct Messages {
    of: BTreeMap<MessageId, ConversationId>,
    deleted: BTreeSet<MessageId>,
    /// By key, what waits for its message: what it tells, by whom, and since when.
    waiting: BTreeMap<Digest, Vec<(Awaited, Option<Digest>, Timestamp)>>,
    /// What must still be told in this step, of messages that have just come.
    owed: Vec<(MessageId, Awaited)>,
}

/// What waits; a report may be no news when its message comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    Edit,
    Delete,
    React,
}

/// The dedupe of an update that is told but once, whatever it leads to.
pub fn told_once(event: &Event) -> Option<(Digest, Timestamp)> {
    match event {
        Event::MessageExtended(it) => Some((it.dedupe, it.received_at)),
        Event::MessageEchoed(it) => Some((it.dedupe, it.received_at)),
        Event::ConversationTold(it) => Some((it.dedupe, it.received_at)),
        _ => None,
    }
}

/// The same of an update that may be about several messages.
pub fn told_of_several(event: &Event) -> Option<(Digest, Timestamp)> {
    match event {
        Event::MessageEdited(it) | Event::MessageDeleted(it) | Event::MessageReacted { touched: it, .. } => {
            Some((it.dedupe?, it.received_at))
        }
        Event::UpdatePended(it) => Some((it.dedupe, it.received_at)),
        _ => None,
    }
}

/// Nobody changes what is said where he has no part, whenever he told it.
fn changed(touched: &MessageTouched, threads: &Threads, trips: &mut Trips) {
    let may = touched.from.is_none_or(|from| threads.has_part(touched.conversation, from));
    trips.demand(Invariant::ChangedWithin, may, || format!("a stranger changed {}", touched.message));
}

impl Messages {
    pub fn apply(&mut self, recorded: &Recorded, threads: &Threads, trips: &mut Trips) {
        let at = recorded.at;
        match &recorded.event {
            Event::MessageReceived(it) => {
                self.of.insert(it.message, it.conversation);
                self.named(it.message, it.key.into_iter().chain(it.group), at, threads);
            }
            Event::MessageReplied(it) => drop(self.of.insert(it.message, it.conversation)),
            Event::MessageEchoed(it) => {
                self.of.insert(it.message, it.conversation);
                self.named(it.message, it.key.into_iter().chain(it.group), at, threads);
            }
            Event::MessageExtended(it) => {
                self.is_of(it.message, it.conversation, trips);
                self.named(it.message, it.key.into_iter(), at, threads);
            }
            Event::MessageIdentified(it) => {
                self.is_of(it.message, it.conversation, trips);
                self.named(it.message, it.keys.iter().copied(), at, threads);
            }
            Event::MessageEdited(touched) => {
                changed(touched, threads, trips);
                self.touched(touched, Awaited::Edit, trips);
            }
            Event::MessageReacted { touched, .. } => self.touched(touched, Awaited::React, trips),
            Event::MessageDeleted(touched) => {
                changed(touched, threads, trips);
                self.touched(touched, Awaited::Delete, trips);
                self.deleted.insert(touched.message);
                self.owed.retain(|(message, _)| *message != touched.message);
            }
            Event::UpdatePended(pended) => {
                let awaited = match pended.change {
                    PendedChange::Edit => Awaited::Edit,
                    PendedChange::Delete => Awaited::Delete,
                    PendedChange::React { .. } => Awaited::React,
                    PendedChange::Report { .. } => return,
                };
                let targets: BTreeSet<Digest> = pended.targets.iter().copied().collect();
                for key in targets {
                    let waits = (awaited, pended.from, pended.received_at);
                    self.waiting.entry(key).or_default().push(waits);
                }
            }
            _ => {}
        }
    }

    /// The end of a step: what waited for a message was told of it.
    pub fn end_step(&mut self, trips: &mut Trips) {
        let owed = std::mem::take(&mut self.owed);
        trips.demand(Invariant::PendedTold, owed.is_empty(), || format!("{owed:?} waited and is not told"));
    }

    fn named(
        &mut self,
        message: MessageId,
        keys: impl Iterator<Item = Digest>,
        at: Timestamp,
        threads: &Threads,
    ) {
        let of = self.of.get(&message).copied();
        let has_part = |who| of.is_some_and(|of| threads.has_part(of, who));
        for key in keys {
            let waited = self.waiting.remove(&key).unwrap_or_default();
            let waited = waited.into_iter().filter(|(awaited, from, since)| {
                let may = *awaited == Awaited::React || from.is_none_or(has_part);
                may && at.0 - since.0 <= WAITS_MS
            });
            if !self.deleted.contains(&message) {
                self.owed.extend(waited.map(|(awaited, ..)| (message, awaited)));
            }
        }
    }

    fn is_of(&self, message: MessageId, conversation: ConversationId, trips: &mut Trips) {
        let of = self.of.get(&message);
        trips.demand(Invariant::UpdateOfKnown, of == Some(&conversation), || {
            format!("{message} is of {of:?}, not of {conversation}")
        });
    }

    fn touched(&mut self, touched: &MessageTouched, what: Awaited, trips: &mut Trips) {
        self.is_of(touched.message, touched.conversation, trips);
        let is_there = !self.deleted.contains(&touched.message);
        trips.demand(Invariant::DeletedStays, is_there, || format!("{} was taken back", touched.message));
        if touched.dedupe.is_none() {
            let place = self.owed.iter().position(|owed| *owed == (touched.message, what));
            trips.demand(Invariant::PendedTold, place.is_some(), || format!("nothing waited: {touched:?}"));
            place.map(|place| self.owed.remove(place));
        }
    }
}
