//! What a process goes by, whole: the rules, their text for the object store, and the decoder of their ways in. It
//! is swapped in one act, so that nothing ever sees half of a reload.

use std::sync::Arc;

use arc_swap::ArcSwap;
use serde_json::Value;

use crate::config::LogLevel;
use crate::domain::Source;
use crate::policy::Policy;
use crate::wire::{Decoder, Keys, Subjects};

/// The ruling of now, shared with whatever decodes.
pub type Live = Arc<ArcSwap<Ruling>>;

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

    /// Whether anything would be another under `other`.
    pub fn differs(&self, other: &Ruling) -> bool {
        let told = |ruling: &Ruling| (ruling.policy.digest, ruling.sources.clone(), ruling.level);
        told(self) != told(other)
    }
}
