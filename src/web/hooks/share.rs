//! What all webhooks have in common, so much of it: requests, bytes of bodies, inputs on their way. A source may hold
//! as much of it as is free, and no more: however many ask in the name of one, there is room for the others. One
//! alone gets half.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::Name;

/// One thing that is shared.
#[derive(Debug, Default)]
pub(super) struct Share(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    all: usize,
    by_source: BTreeMap<Name, usize>,
}

/// What one request holds of it, until it is dropped.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    share: &'a Share,
    source: &'a Name,
    max: usize,
    size: usize,
}

/// Why there is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// The source has as much as is free.
    OfSource,
    /// Nothing is free.
    OfAll,
}

impl Share {
    /// Nothing so far, for a request of this source, of so much in all.
    pub(super) fn piece<'a>(&'a self, source: &'a Name, max: usize) -> Piece<'a> {
        Piece { share: self, source, max, size: 0 }
    }

    /// So much, at once.
    pub(super) fn take<'a>(&'a self, source: &'a Name, max: usize, size: usize) -> Result<Piece<'a>, Full> {
        let mut piece = self.piece(source, max);
        piece.grow(size)?;
        Ok(piece)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Sums are right at any instant.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Piece<'_> {
    /// Holds so much more.
    pub(super) fn grow(&mut self, more: usize) -> Result<(), Full> {
        let mut held = self.share.held();
        let free = self.max.saturating_sub(held.all);
        let own = held.by_source.get(self.source).copied().unwrap_or(0);
        if more > free {
            return Err(Full::OfAll);
        }
        if own.saturating_add(more) > free {
            return Err(Full::OfSource);
        }
        held.all += more;
        *held.by_source.entry(self.source.clone()).or_default() += more;
        self.size += more;
        Ok(())
    }
}

impl Drop for Piece<'_> {
    fn drop(&mut self) {
        let mut held = self.share.held();
        held.all = held.all.saturating_sub(self.size);
        let left = held.by_source.get(self.source).copied().unwrap_or(0).saturating_sub(self.size);
        match left {
            0 => _ = held.by_source.remove(self.source),
            left => _ = held.by_source.insert(self.source.clone(), left),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    #[test]
    fn a_source_may_hold_as_much_as_is_free() {
        let (share, loud, quiet) = (Share::default(), name("loud"), name("quiet"));
        let mut flood = Vec::new();
        let full = loop {
            match share.take(&loud, 64, 1) {
                Ok(piece) => flood.push(piece),
                Err(full) => break full,
            }
        };
        assert_eq!((flood.len(), full), (32, Full::OfSource));
        let mut other = share.take(&quiet, 64, 16).expect("room for another source");
        assert_eq!(other.grow(1), Err(Full::OfSource));
        assert_eq!(share.take(&quiet, 64, 17).err(), Some(Full::OfAll));
        drop((flood, other));
        assert!(share.take(&loud, 64, 64).is_ok(), "what was given back is free");
        assert!(share.held().by_source.is_empty(), "nobody is remembered");
        assert!(share.take(&quiet, 1, 1).is_ok(), "one is never too many");
    }
}
