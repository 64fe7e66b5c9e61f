//! Where the passwords and tokens of the integrations lie: never in the database, always in one of two places.
//!
//! - [`OsStore`]: the credential store of the operating system.
//! - [`Vault`]: two or three files in the data directory, encrypted with age, for a machine without such a store. An admin
//!   chooses it (`muster vault init`); Muster never falls back to it, and never to a plain file, by itself.
//!
//! Both stand behind [`SecretStore`], and nothing outside this module knows which one it speaks to.

mod error;
mod os;
mod vault;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

pub use error::SecretError;
pub use os::OsStore;
pub use vault::{MIN_PASSPHRASE_CHARS, Unlock, Vault, VaultKind};

/// A place that keeps secrets by name.
///
/// **The methods block**: they wait for the disk, for another process, or for a person who unlocks the keyring, for up to two
/// minutes. From async code call them inside `tokio::task::spawn_blocking`, never on a worker: a blocked worker stops every
/// import that shares it. (The blocking D-Bus client under [`OsStore`], zbus, must not run on an async worker at all; it runs
/// on a thread of its own.)
pub trait SecretStore: fmt::Debug + Send + Sync {
    /// The secret of this name; `None` if there is none.
    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError>;

    /// Saves the secret, in place of an earlier one. An empty one is refused ([`SecretError::Empty`]): the stores disagree
    /// about what it means, and whoever wants none deletes it.
    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError>;

    /// Deletes the secret. That there is none is no error.
    fn delete(&self, name: &SecretName) -> Result<(), SecretError>;
}

/// Which secret: that of one integration, in one data directory.
///
/// The credential store belongs to the person, not to the data directory, and integration ids start at 1 in each database.
/// So the name holds a random id of the installation (the database keeps it): two data directories never share an entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SecretName {
    installation: String,
    integration: i64,
    key: String,
}

impl SecretName {
    /// `installation`: the random id that the database keeps. `integration`: the integration's id in that database. `key`:
    /// which of its secrets, such as `password`. Any text will do; none of it is secret.
    pub fn new(installation: impl Into<String>, integration: i64, key: impl Into<String>) -> Self {
        Self { installation: installation.into(), integration, key: key.into() }
    }

    /// The id of the integration.
    pub fn integration(&self) -> i64 {
        self.integration
    }

    /// Which of the integration's secrets this is.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The text under which every store files the secret: `installation/integration/key`. It must never change, or saved
    /// secrets are lost.
    ///
    /// What is not a lower-case letter, a digit, `-`, `_` or `.` is written `%xx`. So two names never have the same text, not
    /// even in a store that ignores case (Windows may), and a NUL cannot cut a name short.
    pub fn account(&self) -> String {
        format!("{}/{}/{}", escape(&self.installation), self.integration, escape(&self.key))
    }
}

/// Where the secrets of this data directory are: in the vault, if there is one; else in the store of the operating system.
/// The vault is unlocked once, when a secret is needed: with this key file, or with the passphrase that `ask` brings.
pub fn of_folder(
    folder: &Path,
    vault_key: Option<PathBuf>,
    ask: impl Fn() -> Option<SecretString> + Send + Sync + 'static,
) -> Result<Arc<dyn SecretStore>, SecretError> {
    let kind = match Vault::exists(folder)? {
        Some(kind) => kind,
        // A key was given, so a vault is meant. That there is none is told when a secret is needed.
        None if vault_key.is_some() => VaultKind::KeyFile,
        None => return Ok(Arc::new(OsStore::new())),
    };
    let unlock = move || match kind {
        VaultKind::KeyFile => vault_key.clone().map(Unlock::KeyFile).ok_or(SecretError::KeyNotGiven { kind }),
        VaultKind::Passphrase => ask().map(Unlock::Passphrase).ok_or(SecretError::KeyNotGiven { kind }),
    };
    Ok(Arc::new(Vault::with_unlock(folder, Box::new(unlock))))
}

fn escape(text: &str) -> String {
    use fmt::Write as _;
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "%{byte:02x}");
        }
    }
    escaped
}

/// Refuses, before any store sees it, what the store could not keep. `limit` is in bytes of UTF-8.
fn check_length(secret: &SecretString, limit: usize) -> Result<(), SecretError> {
    match secret.expose_secret().len() {
        0 => Err(SecretError::Empty),
        length if length > limit => Err(SecretError::TooLong { limit }),
        _ => Ok(()),
    }
}
