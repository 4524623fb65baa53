//! What was written and where: of a configuration that was loaded, which value is from where and what it beat.

use std::sync::Arc;

use super::book::Book;
use super::finding::Finding;
use super::tree::Node;

/// Where each value is from.
#[derive(Clone, Debug)]
pub struct Origins(pub(super) Arc<Written>);

/// The merged tree, and the book of all places.
#[derive(Debug)]
pub(super) struct Written {
    pub book: Book,
    pub root: Node,
}

impl Origins {
    /// The place of the value in force at a path such as `queue.billing.priority`: `file:line:column`,
    /// `env:VARIABLE` or `flag:key`; none where it is a default.
    pub fn get(&self, path: &str) -> Option<String> {
        self.0.book.contest(path).map(|(winner, _)| self.0.book.spell(winner))
    }

    /// The places whose values it beat, the heaviest first.
    pub fn beaten(&self, path: &str) -> Vec<String> {
        let beaten = self.0.book.contest(path).map(|(_, beaten)| beaten).unwrap_or_default();
        beaten.into_iter().map(|spot| self.0.book.spell(spot)).collect()
    }

    /// The finding with the place of its key.
    pub(crate) fn locate(&self, finding: Finding) -> Finding {
        self.0.book.locate(finding)
    }
}
