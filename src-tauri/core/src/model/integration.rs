//! An integration: one configured connection to one client system.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Schedule;
use super::field::Group;

/// The short text before `::`: 1 to 16 letters, digits or dashes, unique whatever its case (import rule 18).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, specta::Type)]
#[serde(transparent)]
pub struct IntegrationCode(String);

/// Why a text cannot be an integration code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an integration code has 1 to 16 letters, digits or dashes")]
pub struct BadCode;

impl FromStr for IntegrationCode {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let text = text.trim();
        let good = (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if good { Ok(Self(text.to_owned())) } else { Err(BadCode) }
    }
}

impl fmt::Display for IntegrationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl IntegrationCode {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A code read back from the database, where only checked codes are written.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// Whether two codes are the same, whatever their case.
    pub fn same(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

/// How much control the client system has over a project once it is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// An organisation's own order system: it sets the assignee, the status and the rest directly.
    Internal,
    /// A client's system: the office manages the orders itself.
    External,
}

impl Mode {
    /// The text in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::External => "external",
        }
    }
}

/// Whether the shared fields of an External integration are reset from the client at every import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum AutoAdmin {
    /// Reset at every import; what people changed is lost.
    On,
    /// Set once, when the project is created.
    Off,
}

impl AutoAdmin {
    /// `On` for true.
    pub const fn from_bool(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }

    /// Whether it is on.
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

/// Who owns a field of a project, in the words of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The client's: read-only to people.
    Client,
    /// Yours, but the next import that carries the field resets it.
    YoursUntilImport,
    /// Yours: no import overwrites it.
    Yours,
}

impl Owner {
    /// The text in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::YoursUntilImport => "yours_until_import",
            Self::Yours => "yours",
        }
    }
}

/// Who owns the fields of `group` under the integration's mode: the matrix of who may overwrite what on an update.
/// Tasks are shared. Without an integration there is no client, and everything belongs to the office.
pub fn owner_of(group: Group, rule: Option<(Mode, AutoAdmin)>) -> Owner {
    match (group, rule) {
        (_, None) => Owner::Yours,
        (Group::Client, Some(_)) => Owner::Client,
        (Group::Shared | Group::Assignment, Some((Mode::Internal, _)))
        | (Group::Shared, Some((Mode::External, AutoAdmin::On))) => Owner::YoursUntilImport,
        (Group::Shared, Some((Mode::External, AutoAdmin::Off))) | (Group::Assignment, Some((Mode::External, _))) => {
            Owner::Yours
        }
    }
}

/// The state of an integration. It follows from its imports and is stored nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum IntegrationStatus {
    /// Nothing is going on.
    Idle,
    /// An import waits for its turn.
    Pending,
    /// An import runs.
    Running,
    /// The last import failed.
    Error,
    /// Removals wait for a decision.
    NeedsConfirmation,
}

/// What happens to the projects of an integration that is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectsOnDelete {
    /// They stay in the list without a connection, and reserve the code.
    Keep,
    /// They leave the list; they can be brought back for a year.
    Remove,
}

/// Removals that wait for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Waiting {
    /// The Full Import that found them.
    pub import: i64,
    /// How many.
    pub count: u64,
}

/// An integration as the outside sees it. It never holds a secret.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Integration {
    /// The row's id.
    #[serde(skip)]
    pub id: i64,
    /// The integration code.
    pub code: IntegrationCode,
    /// The optional long name.
    pub name: Option<String>,
    /// The name of the integration type, e.g. `pruvan`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same on the screen.
    pub type_title: String,
    /// Internal or External.
    pub mode: Mode,
    /// Whether the client resets the shared fields (External only).
    #[serde(serialize_with = "auto_admin_as_bool")]
    #[specta(type = bool)]
    pub auto_admin: AutoAdmin,
    /// Who gets new projects (External only): a username or `~all~`.
    pub default_assign_to: Option<String>,
    /// The name of the work type that new projects get.
    pub default_work_type: Option<String>,
    /// The type's settings, without secrets.
    #[specta(type = std::collections::BTreeMap<String, serde_json::Value>)]
    pub settings: serde_json::Value,
    /// The names of the secrets that are stored.
    pub secrets: Vec<String>,
    /// The state.
    pub status: IntegrationStatus,
    /// The end of the last import that succeeded, UTC.
    #[specta(type = Option<String>)]
    pub last_refreshed: Option<jiff::Timestamp>,
    /// Why the last import failed; only while the status is error.
    pub last_error: Option<String>,
    /// Who may see its projects in the Client Portal.
    pub publish_to: Vec<String>,
    /// How many projects it has in the list.
    pub projects: u64,
    /// Whether exactly these settings have been seen to work.
    pub validated: bool,
    /// When it is refreshed by itself.
    pub schedule: Schedule,
    /// Whether the client system refused these credentials last.
    pub login_refused: bool,
    /// The removals that wait for a decision.
    pub waiting: Option<Waiting>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn auto_admin_as_bool<S: serde::Serializer>(value: &AutoAdmin, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(value.is_on())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    #[test]
    fn a_code_is_1_to_16_letters_digits_or_dashes() {
        for good in ["A", "NWF", "nwf-2", "1234567890123456", " NWF "] {
            assert!(good.parse::<IntegrationCode>().is_ok(), "{good}");
        }
        for bad in ["", " ", "12345678901234567", "N::F", "N F", "NÄF", "N_F"] {
            assert!(bad.parse::<IntegrationCode>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_matrix_says_who_owns_a_field() {
        use Owner::{Client, Yours, YoursUntilImport};
        let rows = [
            (Field::ClientStatus, Client, Client, Client),
            (Field::Address1, Client, Client, Client),
            (Field::Attribute7, Client, Client, Client),
            (Field::StartDate, Client, Client, Client),
            (Field::Status, YoursUntilImport, YoursUntilImport, Yours),
            (Field::WorkOrderInfo, YoursUntilImport, YoursUntilImport, Yours),
            (Field::AssignedTo, YoursUntilImport, Yours, Yours),
        ];
        for (field, internal, on, off) in rows {
            assert_eq!(owner_of(field.group(), Some((Mode::Internal, AutoAdmin::On))), internal, "{field:?}");
            assert_eq!(owner_of(field.group(), Some((Mode::External, AutoAdmin::On))), on, "{field:?}");
            assert_eq!(owner_of(field.group(), Some((Mode::External, AutoAdmin::Off))), off, "{field:?}");
            assert_eq!(owner_of(field.group(), None), Yours, "{field:?}");
        }
    }
}
