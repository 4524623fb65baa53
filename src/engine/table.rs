//! A table by counted id. Ids only grow and old ones leave, so it is kept in pages: a look-up costs one
//! step in a small tree, iteration is in the order of the ids, and an emptied page is freed.

use std::collections::BTreeMap;

const PAGE: u64 = 64;

/// Entries by counted id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<T> {
    pages: BTreeMap<u64, Page<T>>,
    len: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Page<T> {
    held: usize,
    slots: Vec<Option<T>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { pages: BTreeMap::new(), len: 0 }
    }
}

impl<T> Table<T> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The entry of this id.
    pub fn get(&self, id: u64) -> Option<&T> {
        self.pages.get(&(id / PAGE))?.slots[(id % PAGE) as usize].as_ref()
    }

    /// The entry of this id, to change.
    pub fn get_mut(&mut self, id: u64) -> Option<&mut T> {
        self.pages.get_mut(&(id / PAGE))?.slots[(id % PAGE) as usize].as_mut()
    }

    /// Puts an entry in, in place of the one that stood there.
    pub fn insert(&mut self, id: u64, entry: T) {
        let page = self.pages.entry(id / PAGE).or_insert_with(Page::empty);
        let slot = &mut page.slots[(id % PAGE) as usize];
        if slot.replace(entry).is_none() {
            page.held += 1;
            self.len += 1;
        }
    }

    /// Takes an entry out.
    pub fn remove(&mut self, id: u64) -> Option<T> {
        let page = self.pages.get_mut(&(id / PAGE))?;
        let entry = page.slots[(id % PAGE) as usize].take()?;
        page.held -= 1;
        self.len -= 1;
        if page.held == 0 {
            self.pages.remove(&(id / PAGE));
        }
        Some(entry)
    }

    /// Every entry from this id on, by id.
    pub fn iter_from(&self, id: u64) -> impl Iterator<Item = (u64, &T)> {
        let entries = self.pages.range(id / PAGE..).flat_map(|(number, page)| {
            let numbered = page.slots.iter().enumerate();
            numbered.filter_map(move |(place, slot)| Some((number * PAGE + place as u64, slot.as_ref()?)))
        });
        entries.skip_while(move |(found, _)| *found < id)
    }

    /// Every entry, by id.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.iter_from(0)
    }
}

impl<T> Page<T> {
    fn empty() -> Self {
        Page { held: 0, slots: (0..PAGE).map(|_| None).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_in_the_order_of_their_ids_and_leave_nothing_behind() {
        let mut table = Table::default();
        for id in [700, 3, 64, 65] {
            table.insert(id, id * 2);
        }
        assert_eq!(table.iter().map(|(id, _)| id).collect::<Vec<_>>(), [3, 64, 65, 700]);
        assert_eq!(table.iter_from(65).map(|(_, entry)| *entry).collect::<Vec<_>>(), [130, 1400]);
        assert_eq!(table.remove(64), Some(128));
        assert_eq!((table.get(64), table.len()), (None, 3));
        for id in [3, 65, 700] {
            table.remove(id);
        }
        assert_eq!(table, Table::default());
    }
}
