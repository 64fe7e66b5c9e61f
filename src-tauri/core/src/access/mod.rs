//! Who may do what. Everything that Muster offers stands behind one of two doors, [`Office`] (projects) and [`Admin`] (all
//! of it), and a door is had only from here: a front end cannot call what the person in front of it may not.
//!
//! A door is opened with a [`Session`], and that is had only from signing in. The user is read anew for each door, so a
//! front end asks for one for each thing that it does and keeps none.

mod password;
mod session;
mod stay;
#[cfg(test)]
mod tests;
mod throttle;
mod token;
mod users;

use std::ops::Deref;
use std::sync::Arc;

use crate::error::{Error, ErrorCode};
use crate::model::Role;
use crate::store::users as store;
use crate::{Inner, Muster, Result};

pub use session::{NewAdmin, Session};
pub use users::{NewUser, UserChange};

/// What Staff and Admins may do: look at the projects and edit them.
#[derive(Debug, Clone)]
pub struct Office {
    pub(crate) inner: Arc<Inner>,
    /// Who does it, for the records.
    pub(crate) person: String,
    /// Whether it is also an Admin's.
    pub(crate) is_admin: bool,
    /// What it was opened with; none for the owner.
    session: Option<Session>,
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

impl Office {
    /// Whether whoever opened the door may still go through it. For what takes its time before it writes: a client system
    /// that answers late must not keep a door open for somebody who was sent away meanwhile.
    pub(crate) async fn still_open(&self, tx: &sea_orm::DatabaseTransaction) -> Result<()> {
        let Some(session) = &self.session else { return Ok(()) };
        session::live(store::get(tx, session.user).await?, session).map(drop)
    }
}

impl Muster {
    /// The one who set Muster up, as long as there are no users: whoever can open the data directory. `person` is the name
    /// for the records.
    pub async fn owner(&self, person: &str) -> Result<Admin> {
        if self.has_users().await? {
            return Err(Error::new(ErrorCode::SignedOut, "Sign in first."));
        }
        Ok(Admin { office: self.door(person.to_owned(), true, None) })
    }

    /// The door for Staff and Admins.
    pub async fn office(&self, session: &Session) -> Result<Office> {
        let user = self.inner.user_of(session).await?;
        if user.role.signs_in() {
            Ok(self.door(user.username, user.role == Role::Admin, Some(session.clone())))
        } else {
            Err(not_allowed())
        }
    }

    /// The door for Admins.
    pub async fn admin(&self, session: &Session) -> Result<Admin> {
        let user = self.inner.user_of(session).await?;
        if user.role == Role::Admin {
            Ok(Admin { office: self.door(user.username, true, Some(session.clone())) })
        } else {
            Err(not_allowed())
        }
    }

    /// Whether there are users. As long as there are none, nobody signs in.
    pub async fn has_users(&self) -> Result<bool> {
        Ok(store::any(self.inner.store.reader()).await?)
    }

    fn door(&self, person: String, is_admin: bool, session: Option<Session>) -> Office {
        Office { inner: Arc::clone(&self.inner), person, is_admin, session }
    }
}

fn not_allowed() -> Error {
    Error::new(ErrorCode::NotAllowed, "Only an Admin may do this.")
}
