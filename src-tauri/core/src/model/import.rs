//! An import: one run, and the record that it leaves.

use serde::{Deserialize, Serialize};

use super::IntegrationCode;

/// What an import takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// What is new or changed; removes nothing.
    Refresh,
    /// Everything; removes the projects of that code that are not part of it.
    FullImport,
}

impl ImportKind {
    /// The text in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::FullImport => "full_import",
        }
    }

    /// Reads the text of the database.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Refresh, Self::FullImport].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Applied.
    Succeeded,
    /// Nothing was applied; the record says why.
    Failed,
    /// Somebody stopped it; nothing was applied.
    Cancelled,
    /// Applied, but removals wait for a decision.
    NeedsConfirmation,
}

impl Outcome {
    /// The text in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::NeedsConfirmation => "needs_confirmation",
        }
    }
}

/// What an import did, in numbers of orders or projects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct Counts {
    /// Projects that came into the list (new, or restored from the removed).
    pub added: u64,
    /// Projects of which something changed.
    pub changed: u64,
    /// Orders that changed nothing.
    pub unchanged: u64,
    /// Projects that left the list.
    pub removed: u64,
    /// Orders that were passed over because of a problem, or because the list held them again later.
    pub skipped: u64,
}

/// One thing that was wrong with one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct OrderProblem {
    /// The number or key, if the order has a readable one.
    pub number: Option<String>,
    /// What is wrong, for an admin.
    pub reason: String,
}

/// The record of an import without its long lists.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ImportRow {
    /// The row's id.
    #[serde(rename = "import")]
    pub id: i64,
    /// The code of its integration (which may be gone).
    pub code: IntegrationCode,
    /// Refresh or Full Import.
    pub kind: ImportKind,
    /// How it ended; none while it waits or runs.
    pub outcome: Option<Outcome>,
    /// What it did.
    #[serde(flatten)]
    pub counts: Counts,
    /// How many removals wait for a decision.
    pub pending_removals: u64,
    /// How many problems with single orders there were.
    pub problem_count: u64,
    /// Why it failed.
    pub error: Option<crate::Error>,
    /// Who or what asked for it.
    pub asked_by: String,
    /// When it was asked for, UTC.
    #[specta(type = String)]
    pub asked_at: jiff::Timestamp,
    /// When it began to run, UTC.
    #[specta(type = Option<String>)]
    pub started_at: Option<jiff::Timestamp>,
    /// When it ended, UTC.
    #[specta(type = Option<String>)]
    pub finished_at: Option<jiff::Timestamp>,
}

/// The record of an import.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Import {
    /// The row's id.
    #[serde(rename = "import")]
    pub id: i64,
    /// The code of its integration (which may be gone).
    pub code: IntegrationCode,
    /// Refresh or Full Import.
    pub kind: ImportKind,
    /// How it ended; none while it waits or runs.
    pub outcome: Option<Outcome>,
    /// What it did.
    #[serde(flatten)]
    pub counts: Counts,
    /// How many removals wait for a decision.
    pub pending_removals: u64,
    /// What was wrong with single orders; at most the first thousand.
    pub problems: Vec<OrderProblem>,
    /// How many problems there were in all.
    pub problem_count: u64,
    /// Why it failed.
    pub error: Option<crate::Error>,
    /// Things worth knowing, in words: a clock that is off, a list that was not complete.
    pub notes: Vec<String>,
    /// Who or what asked for it.
    pub asked_by: String,
    /// When it was asked for, UTC.
    #[specta(type = String)]
    pub asked_at: jiff::Timestamp,
    /// When it began to run, UTC.
    #[specta(type = Option<String>)]
    pub started_at: Option<jiff::Timestamp>,
    /// When it ended, UTC.
    #[specta(type = Option<String>)]
    pub finished_at: Option<jiff::Timestamp>,
}

/// What a Full Import would do, before it does it.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PreviewSummary {
    /// The import that fetched the list.
    pub import: i64,
    /// The code of its integration.
    pub code: IntegrationCode,
    /// Projects to add.
    pub to_add: u64,
    /// Projects to change.
    pub to_change: u64,
    /// The projects to remove, by number.
    pub to_remove: Vec<PendingRemoval>,
    /// They are so many, or such a share, that they would wait for a decision if nobody looked.
    pub many_to_remove: bool,
    /// Orders that change nothing.
    pub unchanged: u64,
    /// Orders that cannot be imported.
    pub skipped: u64,
    /// What is wrong with single orders; at most the first thousand.
    pub problems: Vec<OrderProblem>,
    /// Things worth knowing, in words.
    pub notes: Vec<String>,
    /// Until when it can be applied, UTC.
    #[specta(type = String)]
    pub expires_at: jiff::Timestamp,
}

/// A project that a Full Import would remove.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PendingRemoval {
    /// The Full Import that would remove it.
    pub import: i64,
    /// The code of its integration.
    pub code: IntegrationCode,
    /// The project's number, `CODE::number`.
    pub number: String,
    /// Where it is.
    pub address: String,
    /// Its status.
    pub status: String,
}
