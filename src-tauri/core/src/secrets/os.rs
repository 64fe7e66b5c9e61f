//! The credential store of the operating system: Windows Credential Manager, macOS Keychain, Secret Service.

mod platform;
#[cfg(test)]
mod tests;
mod worker;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry};
use secrecy::zeroize::{Zeroize, Zeroizing};
use secrecy::{ExposeSecret, SecretString};

use super::{SecretError, SecretName, SecretStore, check_length};
use worker::Worker;

/// The service under which every system files Muster's entries. Changing it would lose them.
const SERVICE: &str = "Muster";

/// How to reach a store; called on the worker's own thread.
type Connect = dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync;

/// What a store needs to be told when it makes an entry.
type Modifiers = fn(&SecretName) -> HashMap<&'static str, String>;

/// The operating system's store.
///
/// Making one costs nothing and cannot fail: the store is reached when the first secret is asked for, so that a machine
/// without one runs everything that needs no secret. A store that went away (the keyring daemon was started again) is reached
/// anew, once, before an error is told. keyring's process-wide default store is not used.
pub struct OsStore {
    worker: Worker,
    modifiers: Modifiers,
    limit: usize,
}

impl OsStore {
    /// The store of this machine.
    pub fn new() -> Self {
        Self::assemble(Arc::new(platform::connect), platform::modifiers, platform::LIMIT)
    }

    /// A given store, with no limit but the common one; for tests, with `keyring_core::mock::Store`.
    pub fn with_store(store: Arc<CredentialStore>) -> Self {
        Self::assemble(Arc::new(move || Ok(Arc::clone(&store))), |_| HashMap::new(), platform::COMMON_LIMIT)
    }

    fn assemble(connect: Arc<Connect>, modifiers: Modifiers, limit: usize) -> Self {
        Self { worker: Worker::new(connect), modifiers, limit }
    }

    /// Runs `act` on the entry of this name, on the worker's thread.
    fn on_entry<T: Send + 'static>(
        &self,
        name: &SecretName,
        act: impl Fn(&Entry) -> keyring_core::Result<T> + Send + Sync + 'static,
    ) -> Result<T, SecretError> {
        let account = name.account();
        let modifiers = (self.modifiers)(name);
        self.worker.run(move |store| {
            let modifiers: HashMap<&str, &str> = modifiers.iter().map(|(k, v)| (*k, v.as_str())).collect();
            act(&store.build(SERVICE, &account, Some(&modifiers))?)
        })
    }
}

impl Default for OsStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for OsStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OsStore").field("limit", &self.limit).finish_non_exhaustive()
    }
}

// Secrets go in and out as bytes of UTF-8, not as keyring's "password": on Windows that is UTF-16, which would halve the
// 2,560 bytes that a credential holds.
impl SecretStore for OsStore {
    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        let bytes = self.on_entry(name, |entry| match entry.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })?;
        match bytes {
            None => Ok(None),
            Some(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => Ok(Some(SecretString::from(text))),
                Err(_) => Err(SecretError::Unusable),
            },
        }
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        check_length(secret, self.limit)?;
        let secret = secret.clone();
        self.on_entry(name, move |entry| {
            let bytes = secret.expose_secret().as_bytes();
            match entry.set_secret(bytes) {
                // Muster files each name once; a second entry came from elsewhere, and nobody could say which one holds.
                Err(keyring_core::Error::Ambiguous(entries)) => {
                    delete_all(&entries)?;
                    entry.set_secret(bytes)
                }
                result => result,
            }
        })
    }

    fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        self.on_entry(name, |entry| match entry.delete_credential() {
            Err(keyring_core::Error::Ambiguous(entries)) => delete_all(&entries),
            result => absent_is_fine(result),
        })
    }
}

fn delete_all(entries: &[Entry]) -> keyring_core::Result<()> {
    entries.iter().try_for_each(|entry| absent_is_fine(entry.delete_credential()))
}

fn absent_is_fine(result: keyring_core::Result<()>) -> keyring_core::Result<()> {
    match result {
        Err(keyring_core::Error::NoEntry) => Ok(()),
        result => result,
    }
}

/// keyring's errors as ours. Some of keyring's carry the secret, or print entries that do: those are wiped, not kept.
fn translate(error: keyring_core::Error) -> SecretError {
    use keyring_core::Error as Keyring;
    match error {
        Keyring::NoStorageAccess(source) => SecretError::Denied { source },
        Keyring::PlatformFailure(source) => SecretError::StoreFailed { source },
        Keyring::NoDefaultStore => SecretError::NoStore { source: "no store is known for this system".into() },
        Keyring::BadEncoding(mut bytes) | Keyring::BadDataFormat(mut bytes, _) => {
            bytes.zeroize();
            SecretError::Unusable
        }
        Keyring::Ambiguous(_) => SecretError::Unusable,
        Keyring::TooLong(what, limit) => {
            SecretError::StoreFailed { source: format!("{what} is longer than {limit}").into() }
        }
        Keyring::NoEntry | Keyring::BadStoreFormat(_) | Keyring::Invalid(..) | Keyring::NotSupportedByStore(_) => {
            SecretError::StoreFailed { source: error.to_string().into() }
        }
        // Not printed: a variant of tomorrow may hold the secret.
        _ => SecretError::StoreFailed { source: "unknown error of the credential store".into() },
    }
}
