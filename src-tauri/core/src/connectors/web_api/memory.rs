//! What is remembered from one import to the next.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// The fingerprint of the description by which all that the moment to ask from stands for was fetched.
    pub(super) description: String,
    /// Where the credentials were sent; empty if they never were.
    pub(super) servers: Vec<String>,
}

impl Memory {
    /// What was remembered. What cannot be read is as good as nothing.
    pub(super) fn from_value(value: &Value) -> Self {
        Self::deserialize(value).unwrap_or_default()
    }

    pub(super) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
