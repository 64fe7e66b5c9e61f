//! From the environment to an open core: the data directory, the log, the place of the secrets.

use std::path::{Path, PathBuf};

use muster_core::{Error, ErrorCode, Muster, Options, Result, folder, secrets};

/// Another data directory than the person's own, for trying out and for tests.
const DATA_DIR: &str = "MUSTER_DATA_DIR";
/// The key file of the vault, on a machine without a credential store.
const VAULT_KEY: &str = "MUSTER_VAULT_KEY";

/// Whether the data directory is the person's own.
pub(crate) fn is_own_folder() -> bool {
    std::env::var_os(DATA_DIR).is_none()
}

/// Says something to whoever started the program in a terminal, before there is a log or a window.
#[cfg(target_os = "linux")]
#[expect(clippy::print_stderr, reason = "there is nobody else to tell it to")]
pub(crate) fn say(what: &str) {
    eprintln!("{what}");
}

/// The data directory.
pub(crate) fn folder() -> Result<PathBuf> {
    match std::env::var_os(DATA_DIR) {
        Some(given) => Ok(given.into()),
        None => folder::of_this_person(),
    }
}

/// Opens the core over it.
pub(crate) async fn open(folder: &Path) -> Result<Muster> {
    let key = std::env::var_os(VAULT_KEY).map(PathBuf::from);
    // A passphrase is not taken from the environment here: the processes of the web view inherit it.
    let secrets = secrets::of_folder(folder, key, || None);
    let secrets =
        secrets.map_err(|error| Error::new(ErrorCode::Secrets, format!("The vault cannot be used: {error}.")))?;
    Muster::open(Options::new(folder, secrets)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tick of the Windows uninstaller (docs/decisions/0018) deletes the folders with this name.
    #[test]
    fn the_data_is_not_where_the_uninstaller_deletes() {
        let configuration: serde_json::Value =
            serde_json::from_str(include_str!("../../tauri.conf.json")).expect("the configuration");
        let identifier = configuration["identifier"].as_str().expect("its identifier");
        let own = folder::of_this_person().expect("a folder");
        assert!(own.iter().all(|part| part != identifier), "{} is deleted", own.display());
    }
}
