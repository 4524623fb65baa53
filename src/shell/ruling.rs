//! What a process goes by, whole: the rules, their text for the object store, and the decoder of their ways in. It
//! is swapped in one act, so that nothing ever sees half of a reload.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use serde_json::Value;

use crate::config::LogLevel;
use crate::domain::Source;
use crate::policy::Policy;
use crate::wire::{Decoder, Keys, Subjects};

/// The ruling of now, shared with whatever decodes.
pub type Live = Arc<ArcSwap<Ruling>>;

/// What was in force before the ruling of now, where this process has adopted that; `rollback` goes back to it.
pub type Before = Arc<ArcSwapOption<Ruling>>;

/// Rules that were loaded and checked, with all that could fail built.
#[derive(Debug)]
pub struct Ruling {
    /// What the engine reads.
    pub policy: Arc<Policy>,
    /// The same as canonical JSON.
    pub tree: Value,
    /// The ways in, with their addresses.
    pub sources: Vec<Source>,
    /// What understands what comes by them.
    pub decoder: Arc<Decoder>,
    /// What the log leaves out.
    pub level: LogLevel,
}

impl Ruling {
    /// Builds the decoder for these ways in.
    pub fn new(
        policy: Policy,
        tree: Value,
        sources: Vec<Source>,
        level: LogLevel,
        (subjects, keys): (&Subjects, &Keys),
    ) -> Ruling {
        let decoder = Arc::new(Decoder::new(subjects.clone(), sources.clone(), keys.clone()));
        Ruling { policy: Arc::new(policy), tree, sources, decoder, level }
    }

    /// Whether what is kept in the object store would be another under `other`.
    pub fn is_kept_otherwise(&self, other: &Ruling) -> bool {
        self.policy.digest != other.policy.digest || self.sources != other.sources
    }

    /// Whether anything would be another under `other`.
    pub fn differs(&self, other: &Ruling) -> bool {
        self.is_kept_otherwise(other) || self.level != other.level
    }
}
