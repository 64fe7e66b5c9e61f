//! Projects that have left the list and can still be brought back.

use serde::Serialize;

/// A project that was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct RemovedProject {
    /// The project's id.
    pub id: i64,
    /// `CODE::number`.
    pub number: String,
    /// Where it is.
    pub address: String,
    /// Its status.
    pub status: String,
    /// When it was removed, UTC.
    #[specta(type = String)]
    pub removed_at: jiff::Timestamp,
    /// The import that removed it.
    pub import: Option<i64>,
    /// The person who did, or who confirmed it.
    pub removed_by: Option<String>,
}

/// Some of the projects that were removed, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct RemovedPage {
    /// How many there are.
    pub total: u32,
    /// Those that were asked for.
    pub rows: Vec<RemovedProject>,
}
