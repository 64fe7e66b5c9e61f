//! A credential store in memory, for tests that need no real one.

use std::collections::HashMap;
use std::sync::Mutex;

use muster_core::secrets::{SecretError, SecretName, SecretStore};
use secrecy::{ExposeSecret as _, SecretString};

/// Secrets in memory.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Mutex<HashMap<String, String>>);

impl SecretStore for Secrets {
    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        Ok(self.0.lock().unwrap().get(&name.account()).map(|secret| secret.clone().into()))
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        self.0.lock().unwrap().insert(name.account(), secret.expose_secret().to_owned());
        Ok(())
    }

    fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        self.0.lock().unwrap().remove(&name.account());
        Ok(())
    }
}
