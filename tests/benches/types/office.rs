//! Muster over a database of its own, with one integration.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use muster_core::model::{Import, ImportKind, IntegrationCode};
use muster_core::secrets::{SecretError, SecretName, SecretStore};
use muster_core::{Admin, ImportRequest, IntegrationInput, Muster, OnSave, Options};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tempfile::TempDir;

use crate::Result;
use crate::measure::{Cost, Start};

/// Secrets in memory.
#[derive(Debug, Default)]
struct Secrets(Mutex<HashMap<String, String>>);

impl SecretStore for Secrets {
    fn get(&self, name: &SecretName) -> std::result::Result<Option<SecretString>, SecretError> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(all.get(&name.account()).map(|secret| secret.clone().into()))
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> std::result::Result<(), SecretError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(name.account(), secret.expose_secret().to_owned());
        Ok(())
    }

    fn delete(&self, name: &SecretName) -> std::result::Result<(), SecretError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&name.account());
        Ok(())
    }
}

/// The office.
pub(crate) struct Office {
    admin: Admin,
    _program: Muster,
    _folder: TempDir,
}

impl Office {
    /// With an integration of that type, nothing imported.
    pub(crate) async fn new(kind: &str, settings: &Value, secrets: Vec<(String, SecretString)>) -> Result<Self> {
        let folder = folder()?;
        let program = Muster::open(Options::new(folder.path(), Arc::new(Secrets::default()))).await?;
        let admin = program.owner("the benchmark").await?;
        let settings = settings.as_object().cloned().unwrap_or_default();
        let input = IntegrationInput { code: Some(code()?), settings, secrets, ..IntegrationInput::default() };
        admin.add_integration(kind, input, OnSave::DoNotValidate).await?;
        Ok(Self { admin, _program: program, _folder: folder })
    }

    /// A Full Import, and what it took.
    pub(crate) async fn import(&self) -> Result<(Import, Cost)> {
        let start = Start::now()?;
        let request = ImportRequest::new(code()?, ImportKind::FullImport);
        let import = self.admin.start_import(request).await?.wait().await?;
        Ok((import, start.cost()?))
    }
}

fn code() -> Result<IntegrationCode> {
    Ok("NWF".parse()?)
}

/// A folder that is gone in the end.
pub(crate) fn folder() -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("bench-types-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?)
}

/// From now on the most memory is counted anew.
pub(crate) fn forget_peak() -> Result {
    Ok(std::fs::write(Path::new("/proc/self/clear_refs"), "5")?)
}
