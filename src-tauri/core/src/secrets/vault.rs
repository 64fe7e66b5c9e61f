//! The vault: secrets in a file of the data directory, encrypted with age, for a machine without a credential store.
//!
//! | file | what |
//! | --- | --- |
//! | `vault.age` | the secrets, a JSON object of name and value, encrypted to one X25519 key |
//! | `vault.json` | in clear: the kind of the vault and its public key, so that a wrong key can be told from a damaged file |
//! | `vault-identity.age` | only with a passphrase: the X25519 key, encrypted with the passphrase |
//! | `vault.lock` | empty; locked while the vault is read (shared) or written (alone) |
//!
//! With a key file, the X25519 key lies in that file, wherever the admin put it, in the format of `age-keygen`. So the secrets
//! can be saved without Muster: `age --decrypt --identity KEY vault.age`. A key file kept beside the vault protects little:
//! whoever copies the directory has both.

mod files;
mod key;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use age::x25519::Identity;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize};

use super::{SecretError, SecretName, SecretStore, check_length};
use files::{Files, Meta};

/// The fewest characters of a new vault's passphrase.
pub const MIN_PASSPHRASE_CHARS: usize = 8;

/// The most bytes of one secret. A vault could hold more; what is longer is no password but a mistaken file.
pub(super) const LIMIT: usize = 64 * 1024;

/// What unlocks a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VaultKind {
    /// A file with the key.
    KeyFile,
    /// A passphrase that a person knows.
    Passphrase,
}

impl fmt::Display for VaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyFile => "key file",
            Self::Passphrase => "passphrase",
        })
    }
}

/// What is given to unlock a vault. `Debug` shows no passphrase.
#[derive(Debug, Clone)]
pub enum Unlock {
    /// Where the key file lies.
    KeyFile(PathBuf),
    /// The passphrase.
    Passphrase(SecretString),
}

type AskUnlock = dyn Fn() -> Result<Unlock, SecretError> + Send + Sync;

/// The vault of a data directory.
///
/// It is unlocked when the first secret is needed, and then stays so: the key is kept in memory, the secrets are not, they are
/// read anew each time, since another process may have changed them. Several processes may use one vault.
pub struct Vault {
    files: Files,
    ask: Box<AskUnlock>,
    identity: Mutex<Option<Identity>>,
}

impl Vault {
    /// Which kind of vault this data directory has; `None` if it has none. Nothing is unlocked.
    ///
    /// A vault of which only parts are left is an error, not `None`: its secrets must not pass for never saved.
    pub fn exists(data_dir: impl AsRef<Path>) -> Result<Option<VaultKind>, SecretError> {
        Ok(Files::new(data_dir).meta()?.map(|meta| meta.kind))
    }

    /// Makes an empty vault, and a new key file that only its owner can read. Neither an existing vault nor an existing file
    /// is overwritten. The data directory must exist.
    ///
    /// On Windows the key file has the permissions that its directory gives it.
    pub fn init_with_key_file(data_dir: impl AsRef<Path>, key_path: impl AsRef<Path>) -> Result<(), SecretError> {
        let identity = Identity::generate();
        Files::new(data_dir).init(VaultKind::KeyFile, &identity, |created| {
            created.add(key::write_key_file(key_path.as_ref(), &identity)?);
            Ok(())
        })
    }

    /// Makes an empty vault that a passphrase of at least [`MIN_PASSPHRASE_CHARS`] characters opens. An existing one is not
    /// overwritten. The data directory must exist. Takes about a second, on purpose.
    pub fn init_with_passphrase(data_dir: impl AsRef<Path>, passphrase: &SecretString) -> Result<(), SecretError> {
        Self::init_with_work(data_dir.as_ref(), passphrase, None)
    }

    /// `work`: the logarithm of scrypt's work factor, for tests; `None` lets age aim at one second.
    fn init_with_work(data_dir: &Path, passphrase: &SecretString, work: Option<u8>) -> Result<(), SecretError> {
        if passphrase.expose_secret().chars().count() < MIN_PASSPHRASE_CHARS {
            return Err(SecretError::PassphraseTooShort);
        }
        let identity = Identity::generate();
        let files = Files::new(data_dir);
        files.init(VaultKind::Passphrase, &identity, |created| {
            let path = files.identity();
            let encrypted =
                key::encrypt_identity(&identity, passphrase, work).map_err(SecretError::io("encrypt", &path))?;
            created.add(path.clone());
            files::replace(&path, &encrypted)
        })
    }

    /// The vault of a data directory. Nothing is read yet.
    pub fn new(data_dir: impl AsRef<Path>, unlock: Unlock) -> Self {
        Self::with_unlock(data_dir, Box::new(move || Ok(unlock.clone())))
    }

    /// The same, with `ask` called only when a secret is needed and the vault is still locked; it may ask a person. If what it
    /// gives does not fit, the error goes to the caller and the next secret asks again. No lock on any file is held meanwhile.
    pub fn with_unlock(data_dir: impl AsRef<Path>, ask: Box<AskUnlock>) -> Self {
        Self { files: Files::new(data_dir), ask, identity: Mutex::new(None) }
    }

    /// The key, asked for once.
    fn identity(&self) -> Result<Identity, SecretError> {
        // Held while asking, so that two threads do not ask twice.
        let mut known = self.known();
        if let Some(identity) = &*known {
            return Ok(identity.clone());
        }
        let meta = self.files.meta()?.ok_or_else(|| self.files.no_vault())?;
        let identity = key::open((self.ask)()?, &self.files, &meta)?;
        *known = Some(identity.clone());
        Ok(identity)
    }

    fn known(&self) -> MutexGuard<'_, Option<Identity>> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The secrets. The caller holds the file lock.
    fn read(&self, identity: &Identity) -> Result<Contents, SecretError> {
        let path = self.files.vault();
        let encrypted = files::read(&path)?.ok_or_else(|| SecretError::damaged(&path))?;
        match age::decrypt(identity, &encrypted) {
            Ok(plain) => Contents::parse(&Zeroizing::new(plain)).ok_or(SecretError::damaged(&path)),
            Err(error) => Err(self.why(identity, error)),
        }
    }

    /// Whether the key no longer fits, or the file is damaged.
    fn why(&self, identity: &Identity, error: age::DecryptError) -> SecretError {
        match self.files.meta() {
            Ok(Some(meta)) if !meta.fits(identity) => SecretError::VaultReplaced,
            Ok(_) => SecretError::VaultDamaged { path: self.files.vault(), source: Some(error.into()) },
            Err(error) => error,
        }
    }

    /// Changes the secrets, alone among all processes. `change` says whether there is anything to write.
    fn change(&self, change: impl FnOnce(&mut Contents) -> bool) -> Result<(), SecretError> {
        let identity = self.identity()?;
        let _alone = self.files.lock_alone()?;
        let mut contents = self.read(&identity)?;
        if change(&mut contents) {
            files::replace(&self.files.vault(), &contents.encrypt(&identity, &self.files)?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("files", &self.files).finish_non_exhaustive()
    }
}

impl SecretStore for Vault {
    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        let identity = self.identity()?;
        let _shared = self.files.lock_shared()?;
        Ok(self.read(&identity)?.0.remove(&name.account()).map(|s| s.0))
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        check_length(secret, LIMIT)?;
        self.change(|contents| {
            contents.0.insert(name.account(), Value(secret.clone()));
            true
        })
    }

    fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        self.change(|contents| contents.0.remove(&name.account()).is_some())
    }
}

/// What `vault.age` holds. No `Debug`, no `Clone`.
#[derive(Default, Deserialize)]
struct Contents(BTreeMap<String, Value>);

struct Value(SecretString);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(deserializer)?.into()))
    }
}

impl Contents {
    /// `None` for what is no JSON object of texts. `serde_json` quotes what it cannot use, so its error is not kept.
    fn parse(plain: &[u8]) -> Option<Self> {
        serde_json::from_slice(plain).ok()
    }

    /// Always to the key that is in hand, never to the public key in `vault.json`, which anyone could have changed.
    fn encrypt(&self, identity: &Identity, files: &Files) -> Result<Vec<u8>, SecretError> {
        let entries: BTreeMap<&str, &str> =
            self.0.iter().map(|(name, value)| (name.as_str(), value.0.expose_secret())).collect();
        // Large enough at once (JSON writes a byte as six at most): a buffer that grows leaves copies that nobody wipes.
        let room = entries.iter().map(|(k, v)| 6 * (k.len() + v.len()) + 8);
        let mut plain = Zeroizing::new(Vec::with_capacity(2 + room.sum::<usize>()));
        let path = files.vault();
        serde_json::to_writer(&mut *plain, &entries).map_err(|error| SecretError::io("encode", &path)(error.into()))?;
        age::encrypt(&identity.to_public(), &plain)
            .map_err(|error| SecretError::io("encrypt", &path)(std::io::Error::other(error)))
    }
}

impl Files {
    /// Makes the files of an empty vault; `make_key` keeps the key. If anything fails, what was made is removed.
    fn init(
        &self,
        kind: VaultKind,
        identity: &Identity,
        make_key: impl FnOnce(&mut files::Created) -> Result<(), SecretError>,
    ) -> Result<(), SecretError> {
        let _alone = self.lock_alone()?;
        self.refuse_if_any()?;
        let mut created = files::Created::default();
        make_key(&mut created)?;
        let empty = Contents::default().encrypt(identity, self)?;
        created.add(self.meta_path());
        self.write_meta(&Meta::new(kind, identity))?;
        created.add(self.vault());
        files::replace(&self.vault(), &empty)?;
        created.keep();
        Ok(())
    }
}
