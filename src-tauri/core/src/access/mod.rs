//! Who may do what. Everything that Muster offers stands behind one of two doors, [`Office`] (projects) and [`Admin`] (all
//! of it), and a door is had only from here: a front end cannot call what the person in front of it may not.

use std::ops::Deref;
use std::sync::Arc;

use crate::{Inner, Muster, Result};

/// What Staff and Admins may do: look at the projects and edit them.
#[derive(Debug, Clone)]
pub struct Office {
    pub(crate) inner: Arc<Inner>,
    /// Who does it, for the records.
    pub(crate) person: String,
}

/// What only an Admin may do: integrations, imports, users; and all that the [`Office`] may.
#[derive(Debug, Clone)]
pub struct Admin {
    office: Office,
}

impl Deref for Admin {
    type Target = Office;
    /// An Admin may do whatever the office may.
    fn deref(&self) -> &Office {
        &self.office
    }
}

impl Muster {
    /// The one who set Muster up, as long as there are no users: whoever can open the data directory. `person` is the name
    /// for the records.
    pub async fn owner(&self, person: &str) -> Result<Admin> {
        Ok(Admin { office: Office { inner: Arc::clone(&self.inner), person: person.to_owned() } })
    }
}
