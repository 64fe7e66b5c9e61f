//! Remembers to which servers the secrets of an integration may be sent: those that it had when they were entered.

use crate::{Older, Step};

/// The step.
pub(crate) const STEP: Step = Step {
    name: "m0005_secret_servers",
    // They would send a secret to an address that it was not entered for, and note none for a new secret.
    older: Older::AreShutOut { oldest: "0.1.0" },
    // A list of texts as JSON. None where secrets were entered before this step.
    sql: &["ALTER TABLE integrations ADD COLUMN servers TEXT"],
};
