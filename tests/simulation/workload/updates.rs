//! What channels tell of messages that are there, that are not, or that are still to come; and what our side wrote
//! elsewhere.

use std::sync::Arc;

use switchboard::domain::{
    Change, Channel, Content, DeliveryState, Digest, InboundMessage, InboundUpdate, SITE_ACTOR,
};
use switchboard::engine::command::{Command, Order};
use switchboard::engine::state::State;

use super::{CONTACTS, SENT_MAX, Workload};
use crate::site::{name, source, thread_key};

impl Workload {
    /// The key of the message that comes next.
    pub(super) fn fresh_key(&mut self) -> Digest {
        self.named += 1;
        Digest((50_000 + self.named) << 64)
    }

    /// A key of a message: mostly a new one's, at times one that is still to come or never comes; or of a mail of ours.
    fn known_key(&mut self, channel: Channel) -> Digest {
        if channel == Channel::Email {
            let back = self.rng.u128(..20).min(self.counted);
            return thread_key(20_000 + self.counted - back, switchboard::domain::ThreadScope::Ours).digest;
        }
        let far = if self.one_in(5) { 200 } else { 10 };
        let number = if self.one_in(4) {
            self.named + self.rng.u128(1..4)
        } else {
            self.named.saturating_sub(self.rng.u128(..far))
        };
        Digest((50_000 + number) << 64)
    }

    pub(super) fn delivery_state(&mut self) -> DeliveryState {
        let states = [
            DeliveryState::Queued,
            DeliveryState::Sent,
            DeliveryState::Delayed,
            DeliveryState::Delivered,
            DeliveryState::Read,
            DeliveryState::Failed,
        ];
        self.rng.choice(states).expect("there are states")
    }

    pub(super) fn update(&mut self, state: &State) -> Order {
        let channel =
            self.rng.choice([Channel::Chat, Channel::Sms, Channel::Email]).expect("there are channels");
        let change = match self.rng.u8(..if channel == Channel::Email { 1 } else { 6 }) {
            0 | 1 => Change::Report {
                state: self.delivery_state(),
                code: self
                    .one_in(2)
                    .then(|| if self.one_in(3) { "opted_out".into() } else { "30003".into() }),
            },
            2 => Change::Edit,
            3 => Change::Delete,
            4 => Change::React { removed: self.one_in(3) },
            _ if self.one_in(2) => Change::System,
            _ => Change::Link { addresses: vec![Digest(500 + self.rng.u128(0..=CONTACTS / 2))] },
        };
        let from = self.rng.u128(1..=CONTACTS);
        let number = (channel.index() as u128 + 1) * 1_000 + from;
        let many = self.rng.usize(..4);
        let targets = (0..many).map(|_| self.known_key(channel)).collect();
        self.counted += 1;
        let text = if self.one_in(3) { String::new() } else { "changed".to_owned() };
        let update = InboundUpdate {
            channel,
            source: source(channel),
            to: "our-address".into(),
            from: (!self.one_in(4)).then_some(Digest(from)),
            token: (channel == Channel::Email && self.one_in(2)).then(|| self.conversation(state)),
            threads: vec![thread_key(number, switchboard::domain::ThreadScope::Channel)],
            targets,
            watermark: self.one_in(3).then(|| self.a_while_ago()),
            dedupe: Digest(7_000_000 + self.counted),
            change,
            sent_at: self.one_in(2).then(|| self.a_while_ago()),
            received_at: self.a_while_ago(),
            content: Arc::new(Content { text, ..Content::default() }),
        };
        if self.told.len() == SENT_MAX {
            self.told.remove(0);
        }
        self.told.push(update.clone());
        self.told_by_input(update)
    }

    pub(super) fn update_again(&mut self, state: &State) -> Order {
        match self.rng.choice(&self.told).cloned() {
            Some(mut update) => {
                update.received_at = self.a_while_ago();
                self.told_by_input(update)
            }
            None => self.update(state),
        }
    }

    fn told_by_input(&mut self, update: InboundUpdate) -> Order {
        let door = self.input(update.received_at);
        let command = Command::ReceiveUpdate(Box::new(update));
        Order { actor: name(SITE_ACTOR), door, key: None, if_version: None, command }
    }

    /// What our side wrote elsewhere; at times what we sent ourselves.
    pub(super) fn echo(&mut self, state: &State) -> Order {
        let own = self.one_in(4);
        let mut order = self.receive(state);
        let Command::ReceiveMessage(message) = &mut order.command else { return order };
        let key = if own { message.key.map(|_| self.known_key(message.channel)) } else { message.key };
        let echo = InboundMessage { is_echo: true, opens: false, key, ..(**message).clone() };
        if let Some(last) = self.sent.last_mut() {
            last.clone_from(&echo);
        }
        **message = echo;
        order
    }
}
