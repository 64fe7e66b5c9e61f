//! Setting up integrations: add, edit, delete, validate. What may be saved is decided here; what a type needs is said by
//! its connector.

mod codes;
mod credentials;
mod description;
mod grants;
mod input;
mod validate;

use serde_json::{Map, Value};

use crate::connectors::{self, Descriptor};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Integration, IntegrationCode, ProjectsOnDelete};
use crate::store::integrations::{self, Record};
use crate::store::{StoreError, pending, project_edit};
use crate::work_types::chosen;
use crate::{Admin, Inner};

pub use codes::CodeCheck;
use codes::{adopt_orphans, check_code, check_code_not_fixed};
pub(crate) use credentials::secrets_of;
pub use grants::{Grant, GrantKind};
pub(crate) use input::setting_errors;
pub use input::{IntegrationInput, OnSave};
use input::{check, put, with_secrets};
pub(crate) use validate::SeenToWork;
use validate::{Draft, remembered};

impl Admin {
    /// All integrations, by code.
    pub async fn integrations(&self) -> Result<Vec<Integration>> {
        self.inner.settle_all().await?;
        let db = self.inner.store.reader();
        let mut out = Vec::new();
        for record in integrations::all(db).await? {
            out.push(integrations::view(db, record).await?);
        }
        Ok(out)
    }

    /// One integration.
    pub async fn integration(&self, code: &IntegrationCode) -> Result<Integration> {
        let record = self.inner.integration(code).await?;
        self.inner.settle(record.id).await?;
        Ok(integrations::view(self.inner.store.reader(), record).await?)
    }

    /// Adds an integration. A code that kept projects carry is refused, unless it shall adopt them.
    pub async fn add_integration(&self, kind: &str, input: IntegrationInput, on_save: OnSave) -> Result<Integration> {
        let adopt = input.adopt;
        let descriptor = connectors::find(kind).ok_or_else(|| {
            Error::invalid("type", format!("There is no integration type {kind}; there are {}.", connectors::names()))
        })?;
        let code = input.code.clone().ok_or_else(|| Error::invalid("code", "An integration needs a code."))?;
        check_code(self.inner.store.reader(), &code, 0, adopt).await?;
        let mut record = Record { code, ..Record::new(descriptor) };
        let work_type = input.default_work_type.clone();
        record.default_work_type = chosen(self.inner.store.reader(), work_type.as_deref(), None).await?;
        let secrets = put(&mut record, input, descriptor)?;
        let complete = with_secrets(&record, &secrets, Value::Object(Map::new()));
        check(descriptor, &complete)?;
        let mut validated = false;
        if on_save == OnSave::Validate {
            record.memory = self.inner.validated(Draft::new(descriptor, &record, complete, Value::Null)).await?;
            validated = true;
        }
        let tx = self.inner.store.write().await?;
        // Once more: validating takes its time.
        self.still_open(&tx).await?;
        check_code(&tx, &record.code, 0, adopt).await?;
        record.default_work_type = chosen(&tx, work_type.as_deref(), None).await?;
        record.id = integrations::save(&tx, &record).await?;
        adopt_orphans(&tx, &record).await?;
        tx.commit().await.map_err(StoreError::from)?;
        let names: Vec<String> = secrets.iter().map(|(name, _)| name.clone()).collect();
        if let Err(error) = self.inner.keep_secrets(&mut record, secrets).await {
            // Without its secrets it is of no use: as if it had not been added.
            self.inner.forget_integration(&record).await?;
            self.inner.drop_secrets(&record, names).await;
            return Err(error);
        }
        record.validated = validated;
        let tx = self.inner.store.write().await?;
        integrations::save_after_adding(&tx, &record).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.integration(&record.code).await
    }

    /// Adds the sample client under the first code that is free and that no kept projects carry.
    pub async fn add_sample(&self) -> Result<Integration> {
        let mut place = 1;
        loop {
            let code = if place == 1 { "SAMPLE".to_owned() } else { format!("SAMPLE-{place}") };
            let input = IntegrationInput {
                code: Some(code.parse()?),
                name: Some("Sample client".to_owned()),
                ..IntegrationInput::default()
            };
            match self.add_integration("sample", input, OnSave::Validate).await {
                Err(error) if error.code == ErrorCode::Conflict => place += 1,
                added => return added,
            }
        }
    }

    /// Changes an integration. A change of address or account forgets when it was last asked and is validated first.
    pub async fn edit_integration(
        &self,
        code: &IntegrationCode,
        input: IntegrationInput,
        on_save: OnSave,
    ) -> Result<Integration> {
        let before = self.inner.integration(code).await?;
        let descriptor = connectors::known(&before.kind)?;
        let mut record = before.clone();
        if let Some(new) = &input.code
            && new.as_str() != before.code.as_str()
        {
            check_code(self.inner.store.reader(), new, before.id, input.adopt).await?;
            check_code_not_fixed(self.inner.store.reader(), &before).await?;
        }
        let adopt = input.adopt;
        let work_type = input.default_work_type.clone();
        let choice = chosen(self.inner.store.reader(), work_type.as_deref(), before.default_work_type).await?;
        record.default_work_type = choice;
        let secrets = put(&mut record, input, descriptor)?;
        let settings_changed = record.settings != before.settings || !secrets.is_empty();
        let connection_changed = connects_elsewhere(descriptor, &before, &record) || !secrets.is_empty();
        if settings_changed {
            let complete = self.inner.complete_settings(descriptor, &before, &record, &secrets).await?;
            check(descriptor, &complete)?;
            if connection_changed {
                (record.cursor, record.validated) = (None, false);
                record.memory = remembered(descriptor, &before, &record);
                record.login_refused = false;
                if on_save == OnSave::Validate {
                    let draft = Draft::new(descriptor, &record, complete, record.memory.clone());
                    record.memory = self.inner.validated(draft).await?;
                    record.validated = true;
                }
            }
        }
        let merges_differently =
            settings_changed || record.mode != before.mode || record.auto_admin != before.auto_admin;
        if merges_differently {
            record.merge_epoch += 1;
        }
        let code_changed = record.code != before.code;
        // What new projects get is not the business of orders that were applied: the epoch stays.
        let gives_differently = record.default_assign_to != before.default_assign_to
            || record.default_work_type != before.default_work_type;
        if merges_differently || code_changed || gives_differently {
            record.revision += 1;
        }
        let changed_meanwhile = |now: Option<&Record>| {
            let same = now.is_some_and(|now| now.revision == before.revision);
            let message = "Somebody else changed this integration meanwhile. Look at it again.";
            if same { Ok(()) } else { Err(Error::new(ErrorCode::Conflict, message)) }
        };
        // Looked at before the secrets are written, which no transaction takes back; and again when it counts.
        changed_meanwhile(integrations::get(self.inner.store.reader(), record.id).await?.as_ref())?;
        self.inner.keep_secrets(&mut record, secrets).await?;
        let tx = self.inner.store.write().await?;
        self.still_open(&tx).await?;
        let now = integrations::get(&tx, record.id).await?;
        changed_meanwhile(now.as_ref())?;
        record.default_work_type = chosen(&tx, work_type.as_deref(), before.default_work_type).await?;
        if code_changed {
            // The first projects may have come meanwhile.
            check_code_not_fixed(&tx, &before).await?;
        }
        if adopt {
            check_code(&tx, &record.code, record.id, true).await?;
            adopt_orphans(&tx, &record).await?;
        }
        if let Some(now) = now {
            // An import may have ended meanwhile, or begun with a new mapping; what it wrote stays.
            record.merge_epoch += now.merge_epoch - before.merge_epoch;
            record.mapping_version = now.mapping_version;
            if !connection_changed {
                (record.cursor, record.memory, record.validated) = (now.cursor, now.memory, now.validated);
                record.login_refused = now.login_refused;
            }
        }
        integrations::save(&tx, &record).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.integration(&record.code).await
    }

    /// Deletes an integration and its secrets. Gives how many projects it had.
    pub async fn delete_integration(&self, code: &IntegrationCode, projects: ProjectsOnDelete) -> Result<u64> {
        let record = self.inner.integration(code).await?;
        let _places = self.inner.both_places(&record).await?;
        let tx = self.inner.store.write().await?;
        let ids = project_edit::of_integration(&tx, record.id).await?;
        pending::settle_integration(&tx, record.id).await?;
        match projects {
            ProjectsOnDelete::Keep => project_edit::keep(&tx, &ids).await?,
            ProjectsOnDelete::Remove => project_edit::remove(&tx, &ids, &self.person, jiff::Timestamp::now()).await?,
        }
        integrations::delete(&tx, record.id).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.inner.drop_secrets(&record, record.secrets.clone()).await;
        Ok(ids.len() as u64)
    }
}

impl Inner {
    async fn forget_integration(&self, record: &Record) -> Result<()> {
        let tx = self.store.write().await?;
        integrations::delete(&tx, record.id).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }
}

/// Whether another system or account is meant.
fn connects_elsewhere(descriptor: &Descriptor, before: &Record, record: &Record) -> bool {
    let setting = |record: &Record, name: &str| record.settings.get(name).cloned();
    descriptor.connection_settings.iter().any(|name| setting(record, name) != setting(before, name))
}
