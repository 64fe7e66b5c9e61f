//! From the options to an open Muster: the data directory, the log, the place of the secrets.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use muster_core::secrets::{OsStore, SecretError, SecretStore, Unlock, Vault, VaultKind};
use muster_core::{Error, ErrorCode, Muster, Options, Result};
use secrecy::SecretString;

/// Where the passphrase of a vault may be put for programs.
const PASSPHRASE: &str = "MUSTER_VAULT_PASSPHRASE";

/// The data directory that was asked for, or that of this person.
pub(crate) fn data_dir(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    let own = directories::ProjectDirs::from("", "", "Muster");
    own.map(|dirs| dirs.data_dir().to_owned())
        .ok_or_else(|| Error::new(ErrorCode::Io, "This person has no home directory; say --data-dir."))
}

/// Opens Muster over the data directory.
pub(crate) async fn open(folder: &Path, vault_key: Option<PathBuf>) -> Result<Muster> {
    let secrets = secrets(folder, vault_key)?;
    Muster::open(Options::new(folder, secrets)).await
}

/// The vault, if there is one; else the store of the operating system.
fn secrets(folder: &Path, vault_key: Option<PathBuf>) -> Result<Arc<dyn SecretStore>> {
    let kind = match Vault::exists(folder).map_err(|error| secret_error(&error))? {
        Some(kind) => kind,
        // A key was given, so a vault is meant. That there is none is told when a secret is needed.
        None if vault_key.is_some() => VaultKind::KeyFile,
        None => return Ok(Arc::new(OsStore::new())),
    };
    // Asked for once a process, and only when a secret is needed.
    let ask = move || match kind {
        VaultKind::KeyFile => vault_key.clone().map(Unlock::KeyFile).ok_or(SecretError::KeyNotGiven { kind }),
        VaultKind::Passphrase => {
            passphrase("Passphrase of the vault: ").map(Unlock::Passphrase).ok_or(SecretError::KeyNotGiven { kind })
        }
    };
    Ok(Arc::new(Vault::with_unlock(folder, Box::new(ask))))
}

/// From the environment, or typed by a person.
pub(crate) fn passphrase(prompt: &str) -> Option<SecretString> {
    given_or_typed(PASSPHRASE, prompt)
}

/// A secret from an environment variable, or typed by a person.
pub(crate) fn given_or_typed(variable: &str, prompt: &str) -> Option<SecretString> {
    if let Ok(text) = std::env::var(variable) {
        return Some(text.into());
    }
    if !std::io::stdin().is_terminal() {
        return None;
    }
    rpassword::prompt_password(prompt).ok().map(SecretString::from)
}

/// What went wrong with a secret.
pub(crate) fn secret_error(error: &SecretError) -> Error {
    Error::new(ErrorCode::Secrets, format!("The vault cannot be used: {error}."))
}

/// Writes what the program notes to `logs/` in the data directory, a file a day, for two weeks.
/// Nothing that is noted holds a secret.
pub(crate) fn start_log(folder: &Path) {
    let logs = folder.join("logs");
    if std::fs::create_dir_all(&logs).is_err() {
        return;
    }
    let files = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("muster")
        .filename_suffix("log")
        .max_log_files(14)
        .build(logs);
    // A log that cannot be written must not keep anybody from working.
    if let Ok(files) = files {
        let filter = tracing_subscriber::EnvFilter::new("warn,muster_core=info,muster_cli=info");
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(files).try_init();
    }
}
