//! What is remembered from one import to the next, in the same transaction as the projects.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// Who we are for PPW: made once for a connection and kept.
    pub(super) site_id: String,
    /// The open orders that come from MCS, as far as they were fetched. Only an order itself says whether it does.
    pub(super) mcs: BTreeSet<u64>,
    /// The open orders that do not.
    pub(super) other: BTreeSet<u64>,
    /// Orders of which PPW is to be told that they were received. They were imported when this is read again, which
    /// they are not yet while they are fetched.
    pub(super) mark: BTreeSet<u64>,
}

impl Memory {
    /// What was remembered. What cannot be read is as good as nothing: it costs calls, and loses no order.
    pub(super) fn from_value(value: &Value) -> Self {
        let mut memory = Self::deserialize(value).unwrap_or_default();
        if !is_uuid(&memory.site_id) {
            memory.site_id = new_uuid();
        }
        memory
    }

    pub(super) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether it is known of that order that it does or does not come from MCS.
    pub(super) fn is_mcs(&self, id: u64) -> Option<bool> {
        if self.mcs.contains(&id) { Some(true) } else { self.other.contains(&id).then_some(false) }
    }

    /// Remembers that.
    pub(super) fn put(&mut self, id: u64, is_mcs: bool) {
        let (now, before) = if is_mcs { (&mut self.mcs, &mut self.other) } else { (&mut self.other, &mut self.mcs) };
        before.remove(&id);
        now.insert(id);
    }

    /// Forgets all orders but those.
    pub(super) fn keep_only(&mut self, is_open: impl Fn(u64) -> bool) {
        for ids in [&mut self.mcs, &mut self.other, &mut self.mark] {
            ids.retain(|id| is_open(*id));
        }
    }
}

/// A random UUID (version 4).
fn new_uuid() -> String {
    let bits = u128::from(http::random()) << 64 | u128::from(http::random());
    let bits = bits & !(0xf << 76) | 0x4 << 76;
    let bits = bits & !(0x3 << 62) | 0x2 << 62;
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == lengths.len()
        && parts
            .iter()
            .zip(lengths)
            .all(|(part, length)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_id_is_made_once_and_kept() {
        let first = Memory::from_value(&Value::Null);
        assert!(is_uuid(&first.site_id), "{}", first.site_id);
        assert_eq!(&first.site_id[14..15], "4");
        assert!("89ab".contains(&first.site_id[19..20]), "{}", first.site_id);
        assert_ne!(Memory::from_value(&Value::Null).site_id, first.site_id);
        assert_eq!(Memory::from_value(&first.to_value()), first);
    }

    #[test]
    fn a_memory_that_cannot_be_read_is_begun_anew() {
        for odd in [serde_json::json!(7), serde_json::json!({ "site_id": "x" }), serde_json::json!({ "mcs": "no" })] {
            assert!(is_uuid(&Memory::from_value(&odd).site_id), "{odd}");
        }
    }
}
