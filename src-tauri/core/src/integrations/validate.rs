//! Validating: connecting for real, with stored values or with such as are not saved yet.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::credentials::entered_for_another;
use super::input::{IntegrationInput, check, given, put, setting_errors, with_secrets};
use super::secrets_of;
use crate::connectors::{self, Connection, Descriptor, Look, Other, SettingKind};
use crate::error::{Error, ErrorCode, Result};
use crate::model::IntegrationCode;
use crate::store::StoreError;
use crate::store::integrations::{self, Record};
use crate::{Admin, Inner};

/// How long a person waits for an answer; an import has more patience.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long values that were seen to work need not be tried again to be saved.
const GOOD_FOR: Duration = Duration::from_mins(15);
/// Of how many sets of values that is remembered.
const REMEMBERED: usize = 16;

/// The values that were seen to work a moment ago: so *Validate* and then *Save* sends a password once. They are known by
/// a hash with a seed that only this process has.
#[derive(Debug)]
pub(crate) struct SeenToWork {
    seed: u64,
    seen: Mutex<VecDeque<Seen>>,
}

#[derive(Debug)]
struct Seen {
    values: u128,
    at: Instant,
    memory: Value,
}

impl SeenToWork {
    pub(crate) fn new() -> Self {
        use std::hash::{BuildHasher, RandomState};
        Self { seed: RandomState::new().hash_one(std::process::id()), seen: Mutex::default() }
    }

    /// What one integration remembers (which files it has read, say) is nothing to another with the same values.
    fn hash(&self, draft: &Draft) -> u128 {
        let Draft { descriptor, settings, id, .. } = draft;
        xxh3_128_with_seed(format!("{} {id:?} {settings}", descriptor.name).as_bytes(), self.seed)
    }

    fn remember(&self, values: u128, memory: Value) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|one| one.values != values);
        seen.push_back(Seen { values, at: Instant::now(), memory });
        if seen.len() > REMEMBERED {
            seen.pop_front();
        }
    }

    /// What the connector asked to be remembered of these values.
    fn recall(&self, values: u128) -> Option<Value> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let one = seen.iter().find(|one| one.values == values && one.at.elapsed() < GOOD_FOR)?;
        Some(one.memory.clone())
    }
}

impl Admin {
    /// Connects with the stored values and says whether that works; notes it.
    pub async fn validate(&self, code: &IntegrationCode) -> Result<()> {
        let record = self.inner.integration(code).await?;
        let descriptor = connectors::known(&record.kind)?;
        let settings = secrets_of(&self.inner, &record).await?;
        check(descriptor, &settings)?;
        let draft = Draft::new(descriptor, &record, settings, record.memory.clone());
        let result = self.inner.connect_and_validate(draft).await;
        let tx = self.inner.store.write().await?;
        if let Some(mut now) = integrations::get(&tx, record.id).await?.filter(|now| now.revision == record.revision) {
            match &result {
                Ok(memory) => {
                    now.validated = true;
                    now.login_refused = false;
                    // An import that ended meanwhile remembers more than this one could know.
                    if now.memory == record.memory {
                        now.memory = memory.clone();
                    }
                }
                Err(error) if error.code == ErrorCode::WrongCredentials => {
                    now.validated = false;
                    now.login_refused = true;
                }
                Err(_) => {}
            }
            integrations::save(&tx, &now).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        result.map(|_| ())
    }

    /// Connects with values that are not saved: for a new integration of the type `kind`, or for the integration `code` with
    /// what is given over what is stored. Saving exactly these values a moment later does not connect again.
    pub async fn try_out(&self, kind: &str, code: Option<&IntegrationCode>, input: IntegrationInput) -> Result<()> {
        let (draft, is_stored) = self.inner.draft(kind, code, input).await?;
        if let (Some(code), true) = (code, is_stored) {
            return self.validate(code).await;
        }
        self.inner.connect_and_validate(draft).await.map(drop)
    }

    /// The first records of a client system, as they are and as they would be read, with values that need not be saved yet.
    /// Nothing is imported.
    pub async fn look(&self, kind: &str, code: Option<&IntegrationCode>, input: IntegrationInput) -> Result<Look> {
        let (draft, _) = self.inner.draft(kind, code, input).await?;
        let connect = draft.descriptor.connect;
        let connection = self.inner.connection(draft).await?;
        let connector = connect(connection).map_err(|errors| setting_errors(&errors))?;
        Ok(in_time(connector.look()).await??)
    }
}

/// Values to connect with; they need not be saved.
pub(super) struct Draft {
    descriptor: &'static Descriptor,
    /// Complete, with secrets.
    settings: Value,
    /// The servers that the secrets were entered for, if that was noted.
    servers: Option<Vec<String>>,
    /// What is remembered of that account.
    memory: Value,
    /// The integration that they are for, if there is one.
    id: Option<i64>,
}

impl Draft {
    /// The complete settings of a record.
    pub(super) fn new(descriptor: &'static Descriptor, record: &Record, settings: Value, memory: Value) -> Self {
        let id = Some(record.id).filter(|id| *id != 0);
        Self { descriptor, settings, servers: record.servers.clone(), memory, id }
    }
}

/// What is done while a person waits.
async fn in_time<T>(work: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(PATIENCE, work).await.map_err(|_| {
        Error::new(ErrorCode::CannotReach, "The client system did not answer within a minute. Try again later.")
    })
}

impl Inner {
    /// What is given over what is stored, if anything is; and whether it is just what is stored.
    async fn draft(
        &self,
        kind: &str,
        code: Option<&IntegrationCode>,
        input: IntegrationInput,
    ) -> Result<(Draft, bool)> {
        let Some(code) = code else {
            let descriptor = connectors::known(kind)?;
            let mut record = Record::new(descriptor);
            let secrets = put(&mut record, input, descriptor)?;
            let settings = with_secrets(&record, &secrets, Value::Object(Map::new()));
            check(descriptor, &settings)?;
            return Ok((Draft::new(descriptor, &record, settings, Value::Null), false));
        };
        let before = self.integration(code).await?;
        let descriptor = connectors::known(&before.kind)?;
        let mut record = before.clone();
        let secrets = put(&mut record, input, descriptor)?;
        let settings = self.complete_settings(descriptor, &before, &record, &secrets).await?;
        check(descriptor, &settings)?;
        let is_stored = record.settings == before.settings && secrets.is_empty();
        let memory = remembered(descriptor, &before, &record);
        Ok((Draft::new(descriptor, &record, settings, memory), is_stored))
    }

    async fn connection(&self, draft: Draft) -> Result<Connection> {
        let Draft { settings, servers, memory, id, .. } = draft;
        let (http, folder) = (self.http.clone(), self.folder.clone());
        let others = self.others(id).await?;
        Ok(Connection { settings, servers, http, memory, run: 0, others, folder, looks_only: true })
    }

    /// The other integrations, as far as a connector may know them.
    pub(crate) async fn others(&self, id: Option<i64>) -> Result<Vec<Other>> {
        let all = integrations::all(self.store.reader()).await?;
        let others = all.into_iter().filter(|record| Some(record.id) != id);
        Ok(others
            .map(|record| Other {
                works: record.validated && !record.login_refused && record.cursor.is_some(),
                kind: record.kind,
                settings: record.settings,
            })
            .collect())
    }

    /// The settings of `record` with the given secrets, and with those stored ones that are not given anew.
    pub(super) async fn complete_settings(
        &self,
        descriptor: &Descriptor,
        before: &Record,
        record: &Record,
        secrets: &[(String, SecretString)],
    ) -> Result<Value> {
        let mut rest = before.clone();
        rest.secrets.retain(|name| !given(secrets, name));
        if !rest.secrets.is_empty() && moved(descriptor, before, record) {
            let mut error = entered_for_another(descriptor, &record.settings, &rest.secrets);
            let mut settings = descriptor.connection_settings.iter();
            let changed = settings.find(|name| before.settings.get(name) != record.settings.get(name));
            let changed = changed.filter(|name| !error.fields.iter().any(|field| field == *name));
            error.fields.extend(changed.map(|name| (*name).to_owned()));
            return Err(error);
        }
        let stored = secrets_of(self, &rest).await?;
        Ok(with_secrets(record, secrets, stored))
    }

    /// Connects, unless exactly these values were seen to work a moment ago.
    pub(super) async fn validated(&self, draft: Draft) -> Result<Value> {
        match self.seen_to_work.recall(self.seen_to_work.hash(&draft)) {
            Some(memory) => Ok(memory),
            None => self.connect_and_validate(draft).await,
        }
    }

    async fn connect_and_validate(&self, draft: Draft) -> Result<Value> {
        let values = self.seen_to_work.hash(&draft);
        let Draft { descriptor, settings, .. } = &draft;
        let given: Vec<String> = (descriptor.schema)()
            .secrets()
            .filter(|name| settings.get(name).and_then(Value::as_str).is_some_and(|secret| !secret.is_empty()))
            .map(str::to_owned)
            .collect();
        let addresses = addresses(descriptor, settings);
        let connect = descriptor.connect;
        let connector = connect(self.connection(draft).await?).map_err(|errors| setting_errors(&errors))?;
        let answer = in_time(connector.validate()).await.and_then(|answer| answer.map_err(Error::from));
        let memory = answer.map_err(|error| match error.code {
            ErrorCode::WrongCredentials if error.fields.is_empty() => Error { fields: given, ..error },
            ErrorCode::CannotReach if error.fields.is_empty() => Error { fields: addresses, ..error },
            _ => error,
        })?;
        self.seen_to_work.remember(values, memory.clone());
        Ok(memory)
    }
}

/// What is remembered of the account, unless these are the settings of another. A new password is no new account.
pub(super) fn remembered(descriptor: &Descriptor, before: &Record, record: &Record) -> Value {
    if super::connects_elsewhere(descriptor, before, record) { Value::Null } else { before.memory.clone() }
}

/// Whether these settings send secrets to another server than the stored ones were entered for.
fn moved(descriptor: &Descriptor, before: &Record, record: &Record) -> bool {
    let entered_for = before.servers.clone().unwrap_or_else(|| (descriptor.servers)(&before.settings));
    entered_for != (descriptor.servers)(&record.settings)
}

/// The settings that hold the address of a server, or the path of what is on this computer: where to look when it cannot be
/// reached.
fn addresses(descriptor: &Descriptor, settings: &Value) -> Vec<String> {
    let schema = (descriptor.schema)();
    let is_url = |text: &str| Url::parse(text.trim()).is_ok_and(|url| url.has_host());
    let is_path = |name: &str| schema.find(name).is_some_and(|setting| setting.kind == SettingKind::Path);
    let is_address = |name: &str, value: &Value| value.as_str().is_some_and(|text| is_url(text) || is_path(name));
    let all = settings.as_object().into_iter().flatten();
    all.filter(|(name, value)| is_address(name, value)).map(|(name, _)| name.clone()).collect()
}
