//! Orders on their way from a connector to the import.

use xxhash_rust::xxh3::xxh3_128;

/// Orders as they came, one after the other in one buffer.
#[derive(Debug, Default)]
pub(crate) struct RawBatch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    hashes: Vec<u128>,
    fetched: Vec<bool>,
}

impl RawBatch {
    /// Adds one order. It is known again by these bytes.
    pub(crate) fn push(&mut self, raw: &[u8]) {
        self.add(raw, raw, false);
    }

    /// Adds one order that was fetched because of an entry in a list. It is known again by the entry: as long as that
    /// stays the same, the order need not be fetched. Whoever fetched it had a reason to, so it is read even if the project
    /// was last written for that very entry.
    pub(crate) fn push_for(&mut self, entry: &[u8], raw: &[u8]) {
        self.add(entry, raw, true);
    }

    fn add(&mut self, entry: &[u8], raw: &[u8], fetched: bool) {
        self.bytes.extend_from_slice(raw);
        self.ends.push(self.bytes.len());
        self.hashes.push(xxh3_128(entry));
        self.fetched.push(fetched);
    }

    /// The orders, in the order in which they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.ends.iter().scan(0, |start, &end| {
            let raw = &self.bytes[*start..end];
            *start = end;
            Some(raw)
        })
    }

    /// By what each is known again (import rule 20).
    pub(crate) fn hashes(&self) -> &[u128] {
        &self.hashes
    }

    /// Which were fetched for an entry, and are read whether they are known or not.
    pub(crate) fn fetched(&self) -> &[bool] {
        &self.fetched
    }

    /// How many orders.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether it is time to hand it over: 512 orders or 1 MiB.
    pub(crate) fn is_full(&self) -> bool {
        self.ends.len() >= 512 || self.bytes.len() >= 1024 * 1024
    }

    /// Empties it, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.hashes.clear();
        self.fetched.clear();
    }
}
