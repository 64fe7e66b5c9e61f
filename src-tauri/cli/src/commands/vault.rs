//! `muster vault`.

use std::path::{Path, PathBuf};

use muster_core::secrets::Vault;
use muster_core::{Error, ErrorCode, Result};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::args::VaultCommand;
use crate::output::{DONE, Output};
use crate::setup;

pub(super) async fn run(folder: &Path, command: VaultCommand, output: Output) -> Result<u8> {
    let VaultCommand::Init { key, passphrase: _ } = command;
    let folder = folder.to_owned();
    std::fs::create_dir_all(&folder).map_err(|error| {
        Error::new(ErrorCode::Io, format!("The data directory {} cannot be made: {error}.", folder.display()))
    })?;
    // Making a key from a passphrase is slow on purpose.
    let made = tokio::task::spawn_blocking(move || make(&folder, key))
        .await
        .map_err(|_| Error::new(ErrorCode::Secrets, "The vault could not be made."))??;
    let kind = if made.is_some() { "key_file" } else { "passphrase" };
    output.result(&json!({ "vault": kind, "key": made }), || match &made {
        Some(key) => format!(
            "Secrets are kept in the vault from now on. Give its key with --vault-key {} or MUSTER_VAULT_KEY, and keep a \
             copy of it: without it the secrets have to be entered again. Secrets that were stored elsewhere before have to be entered \
             again, too (muster integration edit CODE --secret ...).",
            key.display()
        ),
        None => "Secrets are kept in the vault from now on. Its passphrase is asked for, or taken from \
                 MUSTER_VAULT_PASSPHRASE."
            .to_owned(),
    });
    Ok(DONE)
}

/// Makes the vault; gives the path of its key file, if it has one.
fn make(folder: &Path, key: Option<PathBuf>) -> Result<Option<PathBuf>> {
    if let Some(key) = key {
        Vault::init_with_key_file(folder, &key).map_err(|error| setup::secret_error(&error))?;
        return Ok(Some(key));
    }
    if Vault::exists(folder).map_err(|error| setup::secret_error(&error))?.is_some() {
        return Err(Error::new(ErrorCode::Secrets, "There is a vault already."));
    }
    let typed = std::env::var_os("MUSTER_VAULT_PASSPHRASE").is_none();
    let passphrase = setup::passphrase("New passphrase of the vault: ").ok_or_else(|| {
        Error::new(ErrorCode::Secrets, "Set MUSTER_VAULT_PASSPHRASE, or type the passphrase at a terminal.")
    })?;
    if typed {
        let again = setup::passphrase("The same again: ");
        if again.is_none_or(|again| again.expose_secret() != passphrase.expose_secret()) {
            return Err(Error::new(ErrorCode::Secrets, "The two passphrases differ. No vault was made."));
        }
    }
    Vault::init_with_passphrase(folder, &passphrase).map_err(|error| setup::secret_error(&error))?;
    Ok(None)
}
