//! What many entities share is held once: promises with their ladders, our addresses, languages, tags. The live
//! engine shares them by its rules; a replay would otherwise have one of each for every record.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::{Name, Promise};

/// The shared values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interned {
    promises: BTreeSet<Arc<Promise>>,
    texts: BTreeSet<Arc<str>>,
    names: BTreeSet<Name>,
}

impl Interned {
    /// The one copy of a promise.
    pub fn promise(&mut self, promise: &Arc<Promise>) -> Arc<Promise> {
        intern(&mut self.promises, promise)
    }

    /// The one copy of a name.
    pub fn name(&mut self, name: &Name) -> Name {
        if let Some(one) = self.names.get(name) {
            return one.clone();
        }
        self.names.insert(name.clone());
        name.clone()
    }

    /// The one copy of a text.
    pub fn text(&mut self, text: Option<&Arc<str>>) -> Option<Arc<str>> {
        text.map(|text| intern(&mut self.texts, text))
    }
}

fn intern<T: Ord + ?Sized>(held: &mut BTreeSet<Arc<T>>, value: &Arc<T>) -> Arc<T> {
    if let Some(one) = held.get(value) {
        return one.clone();
    }
    held.insert(value.clone());
    value.clone()
}
