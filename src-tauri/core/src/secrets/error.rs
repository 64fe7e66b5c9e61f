//! What can go wrong with a secret.

use std::io;
use std::path::{Path, PathBuf};

use super::vault::{MIN_PASSPHRASE_CHARS, VaultKind};

/// A cause below us. Only ones that cannot hold a secret are kept: see `translate` in `os.rs` and `Contents::parse`.
pub(super) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a secret could not be read, saved or deleted. It never holds the secret, nor a key or passphrase, in any form.
///
/// The text says what happened and, where there is only one remedy, the remedy. It does not repeat its source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// No credential store answers: no D-Bus session or Secret Service, or a system that Muster knows no store for. The remedy
    /// on such a machine is the vault.
    #[error("this machine has no credential store that Muster can use")]
    NoStore {
        /// What the system said.
        source: Cause,
    },
    /// The store is there, and locked, or a person or the system refused.
    #[error("the credential store is locked or refuses access")]
    Denied {
        /// What the system said.
        source: Cause,
    },
    /// The store did not answer in time; most often it asks for a password that nobody types.
    #[error("the credential store does not answer; it may be waiting to be unlocked")]
    NoAnswer,
    /// The store failed in another way.
    #[error("the credential store failed")]
    StoreFailed {
        /// What the system said.
        source: Cause,
    },
    /// The store holds something under this name that Muster did not write, or holds it twice.
    #[error("what the credential store holds is not usable; enter the secret again")]
    Unusable,
    /// The secret does not fit this store.
    #[error("the secret is too long: this store keeps at most {limit} bytes")]
    TooLong {
        /// The most that the store keeps, in bytes of UTF-8.
        limit: usize,
    },
    /// An empty secret was to be saved.
    #[error("an empty secret cannot be saved; delete it instead")]
    Empty,

    /// There is no vault in the data directory.
    #[error("there is no vault in {}", .dir.display())]
    NoVault {
        /// The data directory.
        dir: PathBuf,
    },
    /// A vault, or a part of one, is there already; making another would lose it.
    #[error("there is a vault already: {}", .path.display())]
    VaultExists {
        /// The file that is in the way.
        path: PathBuf,
    },
    /// Nothing was given to unlock the vault with, or the wrong kind of thing.
    #[error("the vault is locked: it needs its {kind}")]
    KeyNotGiven {
        /// What the vault needs.
        kind: VaultKind,
    },
    /// The key file is a key, but that of another vault.
    #[error("the key file {} is not the one of this vault", .path.display())]
    WrongKey {
        /// The key file that was given.
        path: PathBuf,
    },
    /// The passphrase is not the one of this vault.
    #[error("the passphrase does not open the vault")]
    WrongPassphrase,
    /// The vault was made anew, by another process, after this one had unlocked it.
    #[error("the vault has been replaced since it was unlocked; start Muster again")]
    VaultReplaced,
    /// A new vault's passphrase is too short.
    #[error("the passphrase is too short: at least {MIN_PASSPHRASE_CHARS} characters")]
    PassphraseTooShort,
    /// The key file is not there.
    #[error("the key file {} does not exist", .path.display())]
    KeyFileMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A new vault's key file would overwrite a file.
    #[error("the key file {} exists already; Muster overwrites none", .path.display())]
    KeyFileExists {
        /// The file that is in the way.
        path: PathBuf,
    },
    /// Others than the owner may use the key file (Unix only).
    #[error("others can read or change the key file {} (mode {mode:03o}); run chmod 600 on it", .path.display())]
    KeyFileNotPrivate {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file holds no age identity, or more than one.
    #[error("the file {} is not the key file of a vault", .path.display())]
    KeyFileInvalid {
        /// The file that was given.
        path: PathBuf,
    },
    /// A file of the vault is missing, cut short or changed. Nothing was overwritten: it can be restored from a backup.
    #[error("the vault is damaged: {} is missing or unreadable; restore it from a backup", .path.display())]
    VaultDamaged {
        /// The damaged file.
        path: PathBuf,
        /// What is wrong with it, where that can be told without telling what is in it.
        source: Option<Cause>,
    },
    /// A newer Muster made the vault.
    #[error("the vault {} was made by a newer version of Muster", .path.display())]
    VaultTooNew {
        /// The file that says so.
        path: PathBuf,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}", .path.display())]
    Io {
        /// What was tried, a verb: `read`, `write`, `lock`.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl SecretError {
    /// For `map_err`: an I/O error with what was tried on which file.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    pub(super) fn damaged(path: &Path) -> Self {
        Self::VaultDamaged { path: path.to_owned(), source: None }
    }
}
