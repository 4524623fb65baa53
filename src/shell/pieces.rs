//! The orders of one input: a body of a provider may hold several messages. All but the last come as pieces, so that
//! the input counts as consumed only once each was handled.

use std::collections::VecDeque;

use tracing::{debug, info, warn};

use crate::engine::command::{Command, Door, Order, RefusedInput};
use crate::engine::site_order;
use crate::wire::{Decoded, Inbound, Traceparent};

use super::decoding::{DecodedInput, Refused};

/// What is left of one input.
#[derive(Debug, Default)]
pub struct Pieces {
    /// Its place in the input stream.
    pub inseq: u64,
    /// The trace that it is part of.
    pub trace: Option<Traceparent>,
    orders: VecDeque<Order>,
}

impl Pieces {
    /// The orders of an input. There may be none: then nothing of it has an effect.
    pub fn of(input: DecodedInput) -> Pieces {
        let DecodedInput { inseq, stored_at, subject, trace, content, .. } = input;
        let commands = match content {
            Ok(Decoded::Command(order)) => {
                let order = Order { door: Door::Input { inseq, stored_at }, ..order };
                return Pieces { inseq, trace, orders: VecDeque::from([order]) };
            }
            Ok(Decoded::Inbound(told)) => {
                told.into_iter().filter_map(|one| command(one, inseq, &subject)).collect()
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
        Pieces { inseq, trace, orders: commands.into_iter().enumerate().map(order).collect() }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// The next order.
    pub fn next(&mut self) -> Option<Order> {
        self.orders.pop_front()
    }
}

fn command(told: Inbound, inseq: u64, subject: &str) -> Option<Command> {
    match told {
        Inbound::Message(message) => Some(Command::ReceiveMessage(message)),
        Inbound::Part(part) => Some(Command::ReceiveMessage(Box::new(part.alone()))),
        Inbound::Update(update) => Some(Command::ReceiveUpdate(update)),
        Inbound::Ignored(reason) => {
            debug!(inseq, subject, reason, "a part of an input has no effect");
            None
        }
        Inbound::Refused(code, reason) => {
            let refused = Refused { code: code.to_owned(), reason: reason.to_owned(), channel: None };
            Some(refuse(refused, inseq, subject.to_owned()))
        }
    }
}

fn refuse(refused: Refused, inseq: u64, subject: String) -> Command {
    let Refused { code, reason, channel } = refused;
    warn!(inseq, subject, code, reason, "an input was not understood");
    Command::RefuseInput(RefusedInput { subject, channel, code, reason })
}

/// Says that an order was rejected.
pub fn tell(inseq: u64, order: &Order, code: &str) {
    info!(inseq, verb = order.command.verb(), code, "rejected");
}
