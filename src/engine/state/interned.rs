//! What many entities share is held once: promises with their ladders, our addresses, languages. The live engine
//! shares them by its rules; a replay would otherwise have one of each for every record.
//!
//! What is here stays for ever, so nothing that people invent is: tags die with their conversations, and of
//! addresses and languages there is a most.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::Promise;

/// How many addresses and languages are held once. What comes later is held by each entity for itself.
pub const TEXTS_MAX: usize = 4_096;

/// The shared values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interned {
    promises: BTreeSet<Arc<Promise>>,
    texts: BTreeSet<Arc<str>>,
}

impl Interned {
    /// The one copy of a promise.
    pub fn promise(&mut self, promise: &Arc<Promise>) -> Arc<Promise> {
        intern(&mut self.promises, promise, usize::MAX)
    }

    /// The one copy of a text, as far as there is room for more of them.
    pub fn text(&mut self, text: Option<&Arc<str>>) -> Option<Arc<str>> {
        text.map(|text| intern(&mut self.texts, text, TEXTS_MAX))
    }
}

fn intern<T: Ord + ?Sized>(held: &mut BTreeSet<Arc<T>>, value: &Arc<T>, most: usize) -> Arc<T> {
    if let Some(one) = held.get(value) {
        return one.clone();
    }
    if held.len() < most {
        held.insert(value.clone());
    }
    value.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_held_up_to_a_most() {
        let mut interned = Interned::default();
        let first: Arc<str> = "tl".into();
        interned.text(Some(&first));
        for number in 0..2 * TEXTS_MAX {
            let text: Arc<str> = number.to_string().into();
            assert_eq!(interned.text(Some(&text)), Some(text));
        }
        assert_eq!(interned.texts.len(), TEXTS_MAX);
        let again = interned.text(Some(&"tl".into()));
        assert!(again.is_some_and(|again| Arc::ptr_eq(&again, &first)), "what is held is still shared");
    }
}
