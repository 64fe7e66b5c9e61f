//! Publish To: the people who may see, in the Client Portal, all projects published to an integration.

use serde::Serialize;

use crate::error::{Error, ErrorCode, Result};
use crate::model::{IntegrationCode, ProjectFilter, ProjectPage, check_email};
use crate::store::integrations::Record;
use crate::store::{StoreError, grants, project_list, users};
use crate::{Admin, Inner};

/// How a person is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    /// By an e-mail address.
    Email,
    /// By the username of a user of Muster.
    Username,
}

/// One person who may see the projects of an integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Grant {
    /// The e-mail address or the username.
    pub person: String,
    /// Which of the two.
    pub kind: GrantKind,
    /// Who added it.
    pub added_by: String,
    /// When, UTC.
    #[specta(type = String)]
    pub added_at: jiff::Timestamp,
}

impl Admin {
    /// The people an integration is published to.
    pub async fn people(&self, code: &IntegrationCode) -> Result<Vec<Grant>> {
        let record = self.inner.integration(code).await?;
        people(&self.inner, &record).await
    }

    /// Adds an e-mail address or the username of a user. Gives all.
    pub async fn add_person(&self, code: &IntegrationCode, person: &str) -> Result<Vec<Grant>> {
        let record = self.inner.integration(code).await?;
        let person = person.trim();
        if person.is_empty() {
            return Err(Error::invalid("person", "Enter an e-mail address or a username."));
        }
        let tx = self.inner.store.write().await?;
        let person = match users::find(&tx, person).await? {
            // As the user is spelt.
            Some(user) => user.username,
            None if check_email(person).is_ok() => person.to_owned(),
            None if person.contains('@') => {
                return Err(Error::invalid("person", format!("{person} is no e-mail address.")));
            }
            None => {
                let message = format!("There is no user {person}. Add the user first, or enter an e-mail address.");
                return Err(Error::invalid("person", message));
            }
        };
        if grants::of(&tx, record.id).await?.iter().any(|row| row.person.eq_ignore_ascii_case(&person)) {
            let message = format!("{person} is on the list already.");
            return Err(Error::new(ErrorCode::Conflict, message).at("person"));
        }
        grants::add(&tx, record.id, &person, &self.person).await?;
        tx.commit().await.map_err(StoreError::from)?;
        people(&self.inner, &record).await
    }

    /// Takes a person off the list. Gives those that are left.
    pub async fn remove_person(&self, code: &IntegrationCode, person: &str) -> Result<Vec<Grant>> {
        let record = self.inner.integration(code).await?;
        let tx = self.inner.store.write().await?;
        grants::remove(&tx, record.id, person).await?;
        tx.commit().await.map_err(StoreError::from)?;
        people(&self.inner, &record).await
    }

    /// The projects that this person may see in the Client Portal: all of every integration that was published to the
    /// username or to the e-mail address. A user is also found by the e-mail address that an Admin gave it.
    pub async fn seen_by(&self, person: &str, filter: &ProjectFilter) -> Result<ProjectPage> {
        let db = self.inner.store.reader();
        let user = users::find(db, person.trim()).await?;
        let mut names = vec![person.trim()];
        if let Some(user) = &user {
            if !user.active {
                return Ok(ProjectPage { projects: Vec::new(), total: 0 });
            }
            names.extend(user.email.as_deref());
        }
        let seen = grants::integrations(db, &names).await?;
        Ok(project_list::page(db, &ProjectFilter { integrations: Some(seen), ..filter.clone() }).await?)
    }
}

async fn people(inner: &Inner, record: &Record) -> Result<Vec<Grant>> {
    let rows = grants::of(inner.store.reader(), record.id).await?;
    let kind = |person: &str| if person.contains('@') { GrantKind::Email } else { GrantKind::Username };
    Ok(rows
        .into_iter()
        .map(|row| Grant {
            kind: kind(&row.person),
            person: row.person,
            added_by: row.added_by,
            added_at: row.added_at,
        })
        .collect())
}
