//! What differs from one operating system to the next.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::CredentialStore;

use super::super::SecretName;

/// The most bytes of one secret on Windows: `CRED_MAX_CREDENTIAL_BLOB_SIZE`, 5 * 512.
#[cfg_attr(not(any(windows, test)), allow(dead_code))]
pub(super) const WINDOWS_LIMIT: usize = 2_560;

/// The most bytes of one secret elsewhere. The stores name no limit; what is longer is no password but a mistaken file.
pub(super) const COMMON_LIMIT: usize = super::super::vault::LIMIT;

#[cfg(windows)]
pub(super) const LIMIT: usize = WINDOWS_LIMIT;
#[cfg(not(windows))]
pub(super) const LIMIT: usize = COMMON_LIMIT;

#[cfg(target_os = "linux")]
pub(super) fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = zbus_secret_service_keyring_store::Store::new()?;
    Ok(store)
}

#[cfg(target_os = "macos")]
pub(super) fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = apple_native_keyring_store::keychain::Store::new()?;
    Ok(store)
}

#[cfg(windows)]
pub(super) fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
pub(super) fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(keyring_core::Error::NoDefaultStore)
}

/// Windows: for this machine only. The crate's default, `Enterprise`, roams with the profile to other machines.
#[cfg(windows)]
pub(super) fn modifiers(_: &SecretName) -> HashMap<&'static str, String> {
    HashMap::from([("persistence", "Local".to_owned())])
}

/// Linux: the name that people read in their keyring program.
#[cfg(target_os = "linux")]
pub(super) fn modifiers(name: &SecretName) -> HashMap<&'static str, String> {
    let label = format!("Muster: {} of integration {}", name.key(), name.integration());
    HashMap::from([("label", label)])
}

#[cfg(not(any(target_os = "linux", windows)))]
pub(super) fn modifiers(_: &SecretName) -> HashMap<&'static str, String> {
    HashMap::new()
}
