//! The orders of one input: a body of a provider may hold several messages. All but the last come as pieces, so that
//! the input counts as consumed only once each was handled.

use std::collections::VecDeque;

use tracing::{debug, info, warn};

use crate::domain::Timestamp;
use crate::engine::command::{Command, Door, Order, RefusedInput};
use crate::engine::site_order;
use crate::wire::{Decoded, Decoder, Inbound, Traceparent};

use super::decoding::{DecodedInput, Refused};
use super::parts::{self, Parts};

/// What is left of one input.
#[derive(Debug, Default)]
pub struct Pieces {
    /// Its place in the input stream.
    pub inseq: u64,
    /// The trace that it is part of.
    pub trace: Option<Traceparent>,
    /// Why parts of it have no effect.
    pub ignored: Vec<&'static str>,
    orders: VecDeque<Order>,
}

impl Pieces {
    /// The orders of an input. There may be none: then nothing of it has an effect.
    pub fn of(input: DecodedInput, parts: &mut Parts, decoder: &Decoder) -> Pieces {
        let DecodedInput { inseq, stored_at, subject, trace, content, .. } = input;
        let mut ignored = Vec::new();
        let commands = match content {
            Ok(Decoded::Command(order)) => {
                let order = Order { door: Door::Input { inseq, stored_at }, ..order };
                return Pieces { inseq, trace, ignored, orders: VecDeque::from([order]) };
            }
            Ok(Decoded::Inbound(told)) => {
                let mut taking =
                    Taking { inseq, subject: &subject, stored_at, parts, decoder, ignored: &mut ignored };
                told.into_iter().flat_map(|one| taking.commands(one)).collect()
            }
            Err(refused) => vec![refuse(refused, inseq, subject)],
        };
        let last = commands.len().saturating_sub(1);
        let order = |(place, command)| {
            let door = if place == last {
                Door::Input { inseq, stored_at }
            } else {
                Door::Piece { inseq, stored_at }
            };
            Order { door, ..site_order(command) }
        };
        Pieces { inseq, trace, ignored, orders: commands.into_iter().enumerate().map(order).collect() }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// The next order.
    pub fn take(&mut self) -> Option<Order> {
        self.orders.pop_front()
    }
}

/// What one input is taken apart with.
struct Taking<'a> {
    inseq: u64,
    subject: &'a str,
    stored_at: Timestamp,
    parts: &'a mut Parts,
    decoder: &'a Decoder,
    ignored: &'a mut Vec<&'static str>,
}

impl Taking<'_> {
    /// The commands of one thing that is told; a part may end several texts, or none.
    fn commands(&mut self, told: Inbound) -> Vec<Command> {
        let (inseq, subject) = (self.inseq, self.subject);
        match told {
            Inbound::Message(message) => vec![Command::ReceiveMessage(message)],
            Inbound::Part(part) => {
                let ended = self.parts.offer(*part, self.stored_at);
                ended.into_iter().map(|joined| parts::command(joined, self.decoder)).collect()
            }
            Inbound::Update(update) => vec![Command::ReceiveUpdate(update)],
            Inbound::Ignored(reason) => {
                debug!(inseq, subject, reason, "a part of an input has no effect");
                self.ignored.push(reason);
                Vec::new()
            }
            Inbound::Refused(code, reason) => {
                let refused = Refused { code: code.to_owned(), reason: reason.to_owned(), channel: None };
                vec![refuse(refused, inseq, subject.to_owned())]
            }
        }
    }
}

fn refuse(refused: Refused, inseq: u64, subject: String) -> Command {
    let Refused { code, reason, channel } = refused;
    warn!(inseq, subject, code, reason, "an input was not understood");
    Command::RefuseInput(RefusedInput { subject, channel, code, reason })
}

/// Whether a channel brought it, as against somebody who asked.
pub fn is_told(order: &Order) -> bool {
    matches!(order.command, Command::ReceiveMessage(_) | Command::ReceiveUpdate(_))
}

/// Says that an order was rejected.
pub fn tell(inseq: u64, order: &Order, code: &str) {
    info!(inseq, verb = order.command.verb(), code, "rejected");
}
