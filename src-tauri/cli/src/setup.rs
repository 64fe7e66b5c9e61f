//! From the options to an open Muster: the data directory, the place of the secrets.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use muster_core::secrets::{self, SecretError};
use muster_core::{Error, ErrorCode, Muster, Options, Result, folder};
use secrecy::SecretString;

/// Where the passphrase of a vault may be put for programs.
const PASSPHRASE: &str = "MUSTER_VAULT_PASSPHRASE";

/// The data directory that was asked for, or that of this person.
pub(crate) fn data_dir(given: Option<&Path>) -> Result<PathBuf> {
    given.map_or_else(folder::of_this_person, |given| Ok(given.to_owned()))
}

/// Opens Muster over the data directory.
pub(crate) async fn open(folder: &Path, vault_key: Option<PathBuf>) -> Result<Muster> {
    let secrets = secrets::of_folder(folder, vault_key, || passphrase("Passphrase of the vault: "));
    Muster::open(Options::new(folder, secrets.map_err(|error| secret_error(&error))?)).await
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
