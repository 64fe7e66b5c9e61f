//! Setting up integrations: add, edit, delete, validate. What may be saved is decided here; what a type needs is said by
//! its connector.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::connectors::{self, Connection, Descriptor, FieldError};
use crate::error::{Error, ErrorCode, Result, sentence};
use crate::import::connect_error;
use crate::model::{AutoAdmin, Integration, IntegrationCode, Mode, ProjectsOnDelete};
use crate::store::integrations::{self, Record};
use crate::store::{StoreError, pending, project_edit};
use crate::{Inner, Muster, secrets_of};

/// What is to be saved of an integration. What is not given stays as it is, or takes its default.
#[derive(Debug, Default)]
pub struct IntegrationInput {
    /// The integration code. Fixed once it has projects.
    pub code: Option<IntegrationCode>,
    /// The long name; an empty one is none.
    pub name: Option<String>,
    /// Internal or External (the default).
    pub mode: Option<Mode>,
    /// On (the default) or off; acts in External mode only.
    pub auto_admin: Option<AutoAdmin>,
    /// Who gets new projects, in External mode; empty is nobody.
    pub default_assign_to: Option<String>,
    /// The type's settings that are given, without secrets; `null` takes a setting back to its default.
    pub settings: Map<String, Value>,
    /// The secrets that are given; an empty one deletes what is stored.
    pub secrets: Vec<(String, SecretString)>,
}

/// What to do before saving values that say which system and which account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnSave {
    /// Connect with exactly these values first; nothing is saved unless that works.
    Validate,
    /// Save all the same, marked as not validated until the next good import.
    DoNotValidate,
}

impl Muster {
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

    /// Adds an integration. With `adopt` it takes over projects of that code that were kept when theirs was deleted;
    /// without, such a code is refused.
    pub async fn add_integration(
        &self,
        kind: &str,
        input: IntegrationInput,
        adopt: bool,
        on_save: OnSave,
    ) -> Result<Integration> {
        let descriptor = connectors::find(kind)
            .ok_or_else(|| Error::invalid("type", format!("There is no integration type {kind}.")))?;
        let code = input.code.clone().ok_or_else(|| Error::invalid("code", "An integration needs a code."))?;
        self.inner.check_code(&code, 0, adopt).await?;
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
        if on_save == OnSave::Validate {
            record.memory = self.inner.connect_and_validate(descriptor, complete, Value::Null).await?;
            record.validated = true;
        }
        let tx = self.inner.store.write().await?;
        record.id = integrations::save(&tx, &record).await?;
        let orphans = project_edit::orphans(&tx, &record.code).await?;
        if !orphans.is_empty() {
            project_edit::adopt(&tx, &orphans, record.id, &record.code).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        if let Err(error) = self.inner.keep_secrets(&mut record, secrets).await {
            // Without its secrets it is of no use: as if it had not been added.
            self.inner.forget_integration(&record).await?;
            return Err(error);
        }
        self.inner.save(&record).await?;
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
        let descriptor = known_type(&before)?;
        let mut record = before.clone();
        if let Some(new) = &input.code
            && new.as_str() != before.code.as_str()
        {
            self.inner.check_code(new, before.id, false).await?;
            check_code_is_free(self.inner.store.reader(), &before).await?;
        }
        let secrets = put(&mut record, input, descriptor)?;
        let settings_changed = record.settings != before.settings || !secrets.is_empty();
        let setting = |record: &Record, name: &str| record.settings.get(name).cloned();
        let connection_changed = !secrets.is_empty()
            || descriptor.connection_settings.iter().any(|name| setting(&record, name) != setting(&before, name));
        if settings_changed {
            let stored = if secrets.is_empty() || before.secrets.iter().any(|name| !given(&secrets, name)) {
                let mut rest = before.clone();
                rest.secrets.retain(|name| !given(&secrets, name));
                secrets_of(&self.inner, &rest).await?
            } else {
                Value::Object(Map::new())
            };
            let complete = with_secrets(&record, &secrets, stored);
            check(descriptor, &complete)?;
            if connection_changed {
                record.cursor = None;
                record.memory = Value::Null;
                record.validated = false;
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
            check_code_is_free(&tx, &before).await?;
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
    pub async fn delete_integration(
        &self,
        code: &IntegrationCode,
        projects: ProjectsOnDelete,
        person: &str,
    ) -> Result<u64> {
        let record = self.inner.integration(code).await?;
        let _places = self.inner.both_places(&record)?;
        let tx = self.inner.store.write().await?;
        let ids = project_edit::of_integration(&tx, record.id).await?;
        pending::settle_integration(&tx, record.id).await?;
        match projects {
            ProjectsOnDelete::Keep => project_edit::keep(&tx, &ids).await?,
            ProjectsOnDelete::Remove => project_edit::remove(&tx, &ids, person, jiff::Timestamp::now()).await?,
        }
        integrations::delete(&tx, record.id).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.inner.drop_secrets(&record, record.secrets.clone()).await?;
        Ok(ids.len() as u64)
    }

    /// Connects with the stored values and says whether that works; notes it.
    pub async fn validate(&self, code: &IntegrationCode) -> Result<()> {
        let record = self.inner.integration(code).await?;
        let descriptor = known_type(&record)?;
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
    async fn check_code(&self, code: &IntegrationCode, but: i64, adopt: bool) -> Result<()> {
        let db = self.store.reader();
        if integrations::find(db, code).await?.is_some_and(|record| record.id != but) {
            let message = format!("The code {code} is taken by another integration.");
            return Err(Error::new(ErrorCode::Conflict, message).at("code"));
        }
        let orphans = project_edit::orphans(db, code).await?.len();
        if orphans > 0 && !adopt {
            let message = format!(
                "{orphans} projects that were kept carry the code {code}. Adopt them with the new integration, or take another code."
            );
            return Err(Error::new(ErrorCode::Conflict, message).at("code"));
        }
        Ok(())
    }

    async fn connect_and_validate(&self, descriptor: &Descriptor, settings: Value, memory: Value) -> Result<Value> {
        let connection = Connection { settings, http: self.http.clone(), memory, run: 0 };
        let connector = (descriptor.connect)(connection).map_err(|errors| setting_errors(&errors))?;
        connector.validate().await.map_err(|error| {
            let mut error = connect_error(&error);
            if error.code == ErrorCode::WrongCredentials && error.fields.is_empty() {
                error.fields = (descriptor.schema)().secrets().map(str::to_owned).collect();
            }
            error
        })
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let tx = self.store.write().await?;
        integrations::save(&tx, record).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    /// Puts the given secrets into the store of secrets, and notes their names.
    async fn keep_secrets(&self, record: &mut Record, secrets: Vec<(String, SecretString)>) -> Result<()> {
        for (key, secret) in secrets {
            let name = self.secret_name(record.id, &key);
            let empty = secret.expose_secret().is_empty();
            self.with_secrets(move |store| if empty { store.delete(&name) } else { store.set(&name, &secret) })
                .await
                .map_err(|error| error.at(&key))?;
            record.secrets.retain(|stored| *stored != key);
            if !empty {
                record.secrets.push(key);
            }
        }
        record.secrets.sort();
        Ok(())
    }

    async fn drop_secrets(&self, record: &Record, keys: Vec<String>) -> Result<()> {
        for key in keys {
            let name = self.secret_name(record.id, &key);
            self.with_secrets(move |store| store.delete(&name)).await?;
        }
        Ok(())
    }

    async fn forget_integration(&self, record: &Record) -> Result<()> {
        let tx = self.store.write().await?;
        integrations::delete(&tx, record.id).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }
}

/// Puts what is given into the record, checked as far as the schema can; gives the secrets.
fn put(record: &mut Record, input: IntegrationInput, descriptor: &Descriptor) -> Result<Vec<(String, SecretString)>> {
    let schema = (descriptor.schema)();
    if let Some(code) = input.code {
        record.code = code;
    }
    let filled = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(name) = input.name {
        record.name = filled(name);
    }
    if let Some(person) = input.default_assign_to {
        record.default_assign_to = filled(person);
    }
    record.mode = input.mode.unwrap_or(record.mode);
    record.auto_admin = input.auto_admin.unwrap_or(record.auto_admin);
    for (name, value) in input.settings {
        if !schema.names().any(|known| known == name) {
            let known = schema.names().collect::<Vec<_>>().join(", ");
            let message = format!("{} has no setting {name}; its settings are: {known}.", descriptor.title);
            return Err(Error::invalid(&name, message));
        }
        let Value::Object(settings) = &mut record.settings else { continue };
        if value.is_null() {
            settings.remove(&name);
        } else {
            settings.insert(name, value);
        }
    }
    for (name, _) in &input.secrets {
        if !schema.secrets().any(|known| known == name) {
            let known = schema.secrets().collect::<Vec<_>>().join(", ");
            let known = if known.is_empty() { "none" } else { &known };
            return Err(Error::invalid(
                name,
                format!("{} has no secret {name}; its secrets are: {known}.", descriptor.title),
            ));
        }
    }
    Ok(input.secrets)
}

/// The settings as a connector takes them: those of the record, the stored secrets, and over them the given ones.
fn with_secrets(record: &Record, secrets: &[(String, SecretString)], stored: Value) -> Value {
    let mut complete = record.settings.clone();
    if let (Value::Object(complete), Value::Object(stored)) = (&mut complete, stored) {
        for (name, value) in stored {
            if record.secrets.contains(&name) {
                complete.insert(name, value);
            }
        }
        for (name, secret) in secrets {
            if secret.expose_secret().is_empty() {
                complete.remove(name);
            } else {
                complete.insert(name.clone(), Value::from(secret.expose_secret()));
            }
        }
    }
    complete
}

fn given(secrets: &[(String, SecretString)], name: &str) -> bool {
    secrets.iter().any(|(given, _)| given == name)
}

fn check(descriptor: &Descriptor, settings: &Value) -> Result<()> {
    let errors = (descriptor.check)(settings);
    if errors.is_empty() { Ok(()) } else { Err(setting_errors(&errors)) }
}

/// A code is fixed once it has projects (import rule 18).
async fn check_code_is_free(db: &impl sea_orm::ConnectionTrait, record: &Record) -> Result<()> {
    if integrations::count_projects(db, record.id).await? > 0 {
        let message = format!("The code {} is fixed: it has projects.", record.code);
        return Err(Error::new(ErrorCode::Conflict, message).at("code"));
    }
    Ok(())
}

fn known_type(record: &Record) -> Result<&'static Descriptor> {
    connectors::find(&record.kind).ok_or_else(|| {
        Error::not_found(format!("This version of Muster does not know the integration type {}.", record.kind))
    })
}

/// What is wrong with settings, in one error.
pub(crate) fn setting_errors(errors: &[FieldError]) -> Error {
    let message = errors.iter().map(|error| sentence(&error.message)).collect::<Vec<_>>().join(" ");
    let mut out = Error::new(ErrorCode::InvalidInput, message);
    out.fields = errors.iter().map(|error| error.field.clone()).collect();
    out
}
