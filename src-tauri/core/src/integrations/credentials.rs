//! The secrets of integrations: where the rest of core meets the store of secrets.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::input::setting_errors;
use crate::Inner;
use crate::connectors::{self, Descriptor};
use crate::error::{Error, ErrorCode, Result, sentence, with_causes};
use crate::secrets::{SecretError, SecretName, SecretStore};
use crate::store::integrations::Record;

impl Inner {
    fn secret_name(&self, integration: i64, key: &str) -> SecretName {
        SecretName::new(self.installation.as_str(), integration, key)
    }

    /// Does something with the store of secrets, which may wait for a person, without holding up anything else.
    pub(crate) async fn with_secrets<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn SecretStore) -> std::result::Result<T, SecretError> + Send + 'static,
    ) -> Result<T> {
        let secrets = Arc::clone(&self.secrets);
        let done = tokio::task::spawn_blocking(move || work(secrets.as_ref())).await;
        let done = done.map_err(|_| Error::new(ErrorCode::Secrets, "The credential store could not be asked."))?;
        done.map_err(|error| secret_error(&error))
    }

    /// Puts the given secrets into the store of secrets, and notes their names.
    pub(super) async fn keep_secrets(&self, record: &mut Record, secrets: Vec<(String, SecretString)>) -> Result<()> {
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

    /// Takes secrets out of the store of secrets. What cannot be taken out is noted: nothing needs it any more.
    pub(super) async fn drop_secrets(&self, record: &Record, keys: Vec<String>) {
        for key in keys {
            let name = self.secret_name(record.id, &key);
            if let Err(error) = self.with_secrets(move |store| store.delete(&name)).await {
                tracing::warn!(code = %record.code, key, "a secret could not be deleted: {error}");
            }
        }
    }
}

/// The settings of an integration with its stored secrets filled in, as a connector takes them.
pub(crate) async fn secrets_of(inner: &Inner, record: &Record) -> Result<Value> {
    let mut settings = record.settings.clone();
    let names: Vec<(String, SecretName)> =
        record.secrets.iter().map(|key| (key.clone(), inner.secret_name(record.id, key))).collect();
    if names.is_empty() {
        return Ok(settings);
    }
    let descriptor = connectors::known(&record.kind)?;
    let servers = (descriptor.servers)(&record.settings);
    if record.servers.as_ref().is_some_and(|entered_for| *entered_for != servers) {
        // A file that an integration reads its settings from may name another server than it did.
        return Err(entered_for_another(descriptor, &record.settings, &record.secrets));
    }
    let found = inner
        .with_secrets(move |store| {
            names
                .into_iter()
                .map(|(key, name)| Ok((key, store.get(&name)?)))
                .collect::<std::result::Result<Vec<_>, _>>()
        })
        .await?;
    for (key, secret) in found {
        let Some(secret) = secret else {
            let message = format!("The {key} of {} is not stored any more. Enter it again.", record.code);
            return Err(Error::new(ErrorCode::Secrets, message).at(&key));
        };
        settings[key] = Value::from(secret.expose_secret());
    }
    Ok(settings)
}

/// Whoever may change settings, or a file that they name, must not be able to send a stored secret to a server of their own.
/// A file that cannot be read any more names no server at all; then that is what is wrong.
pub(super) fn entered_for_another(descriptor: &Descriptor, settings: &Value, secrets: &[String]) -> Error {
    let wrong = (descriptor.check)(settings);
    if !wrong.is_empty() {
        return setting_errors(&wrong);
    }
    let message = "What is stored was entered for another address. Enter it again for the new one.";
    let mut error = Error::new(ErrorCode::InvalidInput, message);
    error.fields = secrets.to_vec();
    error
}

/// What went wrong with a secret, for the outside.
fn secret_error(error: &SecretError) -> Error {
    tracing::warn!("secrets: {}", with_causes(error));
    let advice = match error {
        SecretError::Denied { .. } | SecretError::NoAnswer => "; unlock it and try again",
        _ => return Error::new(ErrorCode::Secrets, sentence(&with_causes(error))),
    };
    Error::new(ErrorCode::Secrets, sentence(&format!("{error}{advice}")))
}
