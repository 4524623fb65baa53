//! Commands answered, with the record of each answer, for a day. What was asked by the durable door may be
//! read a day late, while others ask at once: so each door forgets by its own newest, else a backlog's
//! commands would be forgotten as they are remembered, and the same one done twice.

use crate::domain::{CommandKey, Seq, Timestamp};

use super::super::event::CommandCause;
use super::super::window::Window;

/// How many whole days the id of a command is remembered.
const DAYS: i64 = 1;

/// The commands that are remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commands {
    at_once: Window<CommandKey, Seq>,
    durable: Window<CommandKey, Seq>,
}

impl Default for Commands {
    fn default() -> Self {
        Commands { at_once: Window::of_days(DAYS), durable: Window::of_days(DAYS) }
    }
}

impl Commands {
    /// The record that answered this command.
    pub fn get(&self, key: CommandKey) -> Option<Seq> {
        self.at_once.get(key).or_else(|| self.durable.get(key))
    }

    /// Remembers a command that was answered at an instant. What was asked before that was durable.
    pub fn insert(&mut self, cause: CommandCause, at: Timestamp, answer: Seq) {
        let window = if cause.asked_at < at { &mut self.durable } else { &mut self.at_once };
        window.insert(cause.key, cause.asked_at, answer);
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.at_once.len() + self.durable.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The oldest day with the count of its commands, of the doors that remember more than one day.
    pub fn oldest_of_many(&self) -> Option<(i64, usize)> {
        let oldest = || [&self.at_once, &self.durable].into_iter().filter_map(Window::oldest_of_many);
        let day = oldest().map(|(day, _)| day).min()?;
        Some((day, oldest().filter(|(other, _)| *other == day).map(|(_, count)| count).sum()))
    }

    /// What does not hold that should, for the sweep of the invariants.
    pub fn fault(&self) -> Option<&'static str> {
        self.at_once.fault().or_else(|| self.durable.fault())
    }

    /// Forgets a day.
    pub fn forget(&mut self, day: i64) {
        for window in [&mut self.at_once, &mut self.durable] {
            if window.oldest_of_many().is_some_and(|(oldest, _)| oldest == day) {
                window.forget(day);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Digest, Span};

    #[test]
    fn a_backlog_is_remembered_though_others_ask_at_once_long_after() {
        let asked = Timestamp(0);
        let now = asked.after(Span::hours(72));
        let cause = |key, asked_at| CommandCause { key: Digest(key), asked_at };
        let mut commands = Commands::default();
        commands.insert(cause(1, now), now, Seq(1));
        commands.insert(cause(2, asked), now, Seq(2));
        commands.insert(cause(3, now), now, Seq(3));
        assert_eq!(commands.get(Digest(2)), Some(Seq(2)), "the same one is not done twice");
        commands.insert(cause(4, asked.after(Span::hours(48))), now, Seq(4));
        assert_eq!((commands.get(Digest(2)), commands.len()), (None, 3), "by its own door it is forgotten");
    }
}
