//! Setting up integrations: add, edit, delete, validate. What may be saved is decided here; what a type needs is said by
//! its connector.

mod credentials;
mod input;

use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::connectors::{self, Connection, Descriptor};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{AutoAdmin, Integration, IntegrationCode, Mode, ProjectsOnDelete};
use crate::store::integrations::{self, Record};
use crate::store::{StoreError, pending, project_edit};
use crate::{Admin, Inner};

pub(crate) use credentials::secrets_of;
pub(crate) use input::setting_errors;
pub use input::{IntegrationInput, OnSave};
use input::{check, given, put, with_secrets};

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
        let mut record = Record {
            id: 0,
            code,
            name: None,
            kind: kind.to_owned(),
            mode: Mode::External,
            auto_admin: AutoAdmin::On,
            default_assign_to: None,
            settings: Value::Object(Map::new()),
            secrets: Vec::new(),
            validated: false,
            revision: 1,
            merge_epoch: 1,
            mapping_version: descriptor.mapping_version,
            cursor: None,
            memory: Value::Null,
        };
        let secrets = put(&mut record, input, descriptor)?;
        let complete = with_secrets(&record, &secrets, Value::Object(Map::new()));
        check(descriptor, &complete)?;
        let mut validated = false;
        if on_save == OnSave::Validate {
            record.memory = self.inner.connect_and_validate(descriptor, complete, Value::Null).await?;
            validated = true;
        }
        let tx = self.inner.store.write().await?;
        // Once more: validating may have taken minutes.
        check_code(&tx, &record.code, 0, adopt).await?;
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
        let secrets = put(&mut record, input, descriptor)?;
        let settings_changed = record.settings != before.settings || !secrets.is_empty();
        let connection_changed = connects_elsewhere(descriptor, &before, &record) || !secrets.is_empty();
        if settings_changed {
            let complete = self.inner.complete_settings(&before, &record, &secrets).await?;
            check(descriptor, &complete)?;
            if connection_changed {
                (record.cursor, record.memory, record.validated) = (None, Value::Null, false);
                if on_save == OnSave::Validate {
                    record.memory = self.inner.connect_and_validate(descriptor, complete, Value::Null).await?;
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
        if merges_differently || code_changed || record.default_assign_to != before.default_assign_to {
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
        let now = integrations::get(&tx, record.id).await?;
        changed_meanwhile(now.as_ref())?;
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

    /// Connects with the stored values and says whether that works; notes it.
    pub async fn validate(&self, code: &IntegrationCode) -> Result<()> {
        let record = self.inner.integration(code).await?;
        let descriptor = connectors::known(&record.kind)?;
        let settings = secrets_of(&self.inner, &record).await?;
        check(descriptor, &settings)?;
        let result = self.inner.connect_and_validate(descriptor, settings, record.memory.clone()).await;
        let tx = self.inner.store.write().await?;
        if let Some(mut now) = integrations::get(&tx, record.id).await?.filter(|now| now.revision == record.revision) {
            match &result {
                Ok(memory) => {
                    now.validated = true;
                    now.memory = memory.clone();
                }
                Err(error) if error.code == ErrorCode::WrongCredentials => now.validated = false,
                Err(_) => {}
            }
            integrations::save(&tx, &now).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        result.map(|_| ())
    }
}

impl Inner {
    /// The settings of `record` with the given secrets, and with those stored ones that are not given anew.
    async fn complete_settings(
        &self,
        before: &Record,
        record: &Record,
        secrets: &[(String, SecretString)],
    ) -> Result<Value> {
        let mut rest = before.clone();
        rest.secrets.retain(|name| !given(secrets, name));
        let stored = secrets_of(self, &rest).await?;
        Ok(with_secrets(record, secrets, stored))
    }

    async fn connect_and_validate(&self, descriptor: &Descriptor, settings: Value, memory: Value) -> Result<Value> {
        let connection = Connection { settings, http: self.http.clone(), memory, run: 0 };
        let connector = (descriptor.connect)(connection).map_err(|errors| setting_errors(&errors))?;
        connector.validate().await.map_err(|error| {
            let mut error = Error::from(error);
            if error.code == ErrorCode::WrongCredentials && error.fields.is_empty() {
                error.fields = (descriptor.schema)().secrets().map(str::to_owned).collect();
            }
            error
        })
    }

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

/// Whether an integration may take that code.
async fn check_code(db: &impl sea_orm::ConnectionTrait, code: &IntegrationCode, but: i64, adopt: bool) -> Result<()> {
    if integrations::find(db, code).await?.is_some_and(|record| record.id != but) {
        return Err(StoreError::CodeTaken.into());
    }
    let orphans = project_edit::orphans(db, code).await?.len();
    if orphans > 0 && !adopt {
        let message = format!(
            "{orphans} projects that were kept carry the code {code}. Adopt them with the integration (--adopt), or take another code."
        );
        return Err(Error::new(ErrorCode::Conflict, message).at("code"));
    }
    Ok(())
}

/// Gives the integration the projects that were kept and carry its code.
async fn adopt_orphans(tx: &sea_orm::DatabaseTransaction, record: &Record) -> Result<()> {
    let orphans = project_edit::orphans(tx, &record.code).await?;
    if !orphans.is_empty() {
        project_edit::adopt(tx, &orphans, record.id, &record.code).await?;
    }
    Ok(())
}

/// A code is fixed once it has projects (import rule 18).
async fn check_code_not_fixed(db: &impl sea_orm::ConnectionTrait, record: &Record) -> Result<()> {
    if integrations::count_projects(db, record.id).await? > 0 {
        let message = format!("The code {} is fixed: it has projects.", record.code);
        return Err(Error::new(ErrorCode::Conflict, message).at("code"));
    }
    Ok(())
}
