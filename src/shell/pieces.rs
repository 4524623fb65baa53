//! The orders of one input: a body of a provider may hold several messages. All but the last come as pieces, so that
//! the input counts as consumed only once each was handled.

use std::collections::VecDeque;

use tracing::{debug, info, warn};

use crate::domain::Timestamp;
use crate::engine::command::{Command, Door, Order, RefusedInput};
use crate::engine::{Engine, site_order};
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
    /// The orders of an input, behind those of texts that had waited long enough when it came. There may be none: then
    /// nothing of it has an effect.
    pub fn of(input: DecodedInput, engine: &Engine, parts: &mut Parts, decoder: &Decoder) -> Pieces {
        let DecodedInput { inseq, stored_at, subject, trace, content, .. } = input;
        let mut ignored = Vec::new();
        let waited = parts.pass(stored_at).into_iter().map(|joined| parts::command(joined, decoder));
        let mut orders: VecDeque<Order> = waited.map(site_order).collect();
        match content {
            Ok(Decoded::Command(order)) => orders.push_back(order),
            Ok(Decoded::Inbound(told)) => {
                let mut taking =
                    Taking { stored_at, engine, parts, decoder, ignored: &mut ignored, refused: None };
                let commands: Vec<Command> = told.into_iter().flat_map(|one| taking.commands(one)).collect();
                // One letter holds the whole body, whatever of it was refused; it comes last, so that it is of this input.
                let refused = taking.refused.take().map(|refused| refuse(refused, inseq, subject));
                orders.extend(commands.into_iter().chain(refused).map(site_order));
            }
            Err(refused) => orders.push_back(site_order(refuse(refused, inseq, subject))),
        }
        let last = orders.len().saturating_sub(1);
        for (place, order) in orders.iter_mut().enumerate() {
            let is_last = place == last;
            order.door =
                if is_last { Door::Input { inseq, stored_at } } else { Door::Piece { inseq, stored_at } };
        }
        Pieces { inseq, trace, ignored, orders }
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
    stored_at: Timestamp,
    engine: &'a Engine,
    parts: &'a mut Parts,
    decoder: &'a Decoder,
    ignored: &'a mut Vec<&'static str>,
    /// The first thing that cannot be taken.
    refused: Option<Refused>,
}

impl Taking<'_> {
    /// The commands of one thing that is told; a part may end several texts, or none.
    fn commands(&mut self, told: Inbound) -> Vec<Command> {
        match told {
            Inbound::Message(message) => vec![Command::ReceiveMessage(message)],
            Inbound::Part(part) if parts::is_told(self.engine, &part) => self.without_effect("repeated_part"),
            Inbound::Part(part) => {
                let ended = self.parts.offer(*part, self.stored_at);
                ended.into_iter().map(|joined| parts::command(joined, self.decoder)).collect()
            }
            Inbound::Update(update) => vec![Command::ReceiveUpdate(update)],
            Inbound::Ignored(reason) => self.without_effect(reason),
            Inbound::Refused(code, reason) => {
                let refused = Refused { code: code.to_owned(), reason, channel: None };
                self.refused.get_or_insert(refused);
                Vec::new()
            }
        }
    }

    fn without_effect(&mut self, reason: &'static str) -> Vec<Command> {
        debug!(reason, "a part of an input has no effect");
        self.ignored.push(reason);
        Vec::new()
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
