//! The list of projects as a grid asks for it: what to find, in which order, and the slim rows that come back.

use serde::{Deserialize, Serialize};

use super::ProjectStatus;

/// A column of the grid that can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as on the screen")]
pub enum ProjectColumn {
    Number,
    Status,
    ClientStatus,
    DueDate,
    ClientDueDate,
    Address,
    City,
    State,
    Zip,
    AssignedTo,
    Tasks,
    Reference,
    Description,
    Info,
    Integration,
    ChangedAt,
}

/// One column to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Sort {
    /// Which.
    pub column: ProjectColumn,
    /// From the last to the first.
    pub descending: bool,
}

/// Which projects, in which order. Everything that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ProjectQuery {
    /// Words, each of which the number, the address, the city, the reference, the info, the assignee or a task's name holds.
    pub search: String,
    /// Only projects of this code.
    pub code: Option<String>,
    /// Only this status.
    pub status: Option<ProjectStatus>,
    /// The order; by number where it does not say.
    pub sort: Vec<Sort>,
}

/// A project as a row of the grid. Empty texts stand for what is not there where a project always has a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProjectRow {
    /// The project's id.
    pub id: i64,
    /// `CODE::number`.
    pub number: String,
    /// The office's status.
    pub status: String,
    /// The client's.
    pub client_status: Option<String>,
    /// `YYYY-MM-DD`.
    pub due_date: Option<String>,
    /// `YYYY-MM-DD`.
    pub client_due_date: Option<String>,
    /// Both lines of the address.
    pub address: String,
    /// The city.
    pub city: String,
    /// The state.
    pub state: String,
    /// The ZIP code.
    pub zip: String,
    /// A username, or `~all~`.
    pub assigned_to: Option<String>,
    /// Whether Muster knows such a person (import rule 17); true if nobody is named.
    pub assignee_known: bool,
    /// How many tasks.
    pub tasks: u32,
    /// The reference. Lock-box and key codes in it are masked; so in the next two.
    pub reference: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The info.
    pub info: Option<String>,
    /// The integration code.
    pub code: String,
    /// The integration's name, or its code; none for a project that was kept without its integration.
    pub integration: Option<String>,
    /// When anything of it last changed, UTC.
    #[specta(type = String)]
    pub changed_at: jiff::Timestamp,
    /// Whether it is late: due before today, and neither complete nor beyond.
    pub past_due: bool,
}

/// Some rows of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProjectRows {
    /// How many projects the whole list has.
    pub total: u32,
    /// The rows that were asked for.
    pub rows: Vec<ProjectRow>,
}
