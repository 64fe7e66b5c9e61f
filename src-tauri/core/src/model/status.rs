//! The status of a project, and how the spellings that are seen in the field become one of eight.

use serde::{Deserialize, Serialize};

/// The status of a project, as the office sets it. The client's own status is free text in another field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum ProjectStatus {
    Unassigned,
    Assigned,
    Rush,
    Rework,
    Complete,
    Submitted,
    Invoiced,
    Closed,
}

impl ProjectStatus {
    /// All, in the order of a project's life.
    pub const ALL: [Self; 8] = [
        Self::Unassigned,
        Self::Assigned,
        Self::Rush,
        Self::Rework,
        Self::Complete,
        Self::Submitted,
        Self::Invoiced,
        Self::Closed,
    ];

    /// The canonical spelling: in the database, in JSON and on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unassigned => "Unassigned",
            Self::Assigned => "Assigned",
            Self::Rush => "Rush",
            Self::Rework => "Rework",
            Self::Complete => "Complete",
            Self::Submitted => "Submitted",
            Self::Invoiced => "Invoiced",
            Self::Closed => "Closed",
        }
    }

    /// Whether the work is done: complete or beyond.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Complete | Self::Submitted | Self::Invoiced | Self::Closed)
    }

    /// Reads a status whatever its case, hyphens and spaces (`Un-assigned`, `RUSH`, `re work`).
    pub fn from_text(text: &str) -> Option<Self> {
        let letters = |s: &str| -> String {
            s.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
        };
        let wanted = letters(text.trim());
        Self::ALL.into_iter().find(|status| letters(status.as_str()) == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_whatever_its_case_and_hyphens() {
        assert_eq!(ProjectStatus::from_text("Un-assigned"), Some(ProjectStatus::Unassigned));
        assert_eq!(ProjectStatus::from_text(" RUSH "), Some(ProjectStatus::Rush));
        assert_eq!(ProjectStatus::from_text("re work"), Some(ProjectStatus::Rework));
        assert_eq!(ProjectStatus::from_text("canceled"), None);
        assert_eq!(ProjectStatus::from_text(""), None);
    }
}
