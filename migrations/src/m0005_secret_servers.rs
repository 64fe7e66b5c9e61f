//! Remembers to which servers the secrets of an integration may be sent: those that it had when they were entered.

use crate::Step;

/// The step.
pub(crate) const STEP: Step = Step {
    name: "m0005_secret_servers",
    // A list of texts as JSON. None where secrets were entered before this step.
    sql: &["ALTER TABLE integrations ADD COLUMN servers TEXT"],
};
