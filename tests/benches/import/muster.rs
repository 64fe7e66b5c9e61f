//! Muster's side: the core, through its one door.

use std::sync::Arc;

use muster_core::model::{ImportKind, IntegrationCode, Outcome};
use muster_core::secrets::{SecretError, SecretName, SecretStore};
use muster_core::{ImportRequest, IntegrationInput, Muster, OnSave, Options};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use crate::Result;
use crate::child::{Counts, Job, Kind, Measured};
use crate::measure::Start;
use crate::simulator::Client;

const CODE: &str = "NWF";

/// Knows the simulator's two secrets; every process is told them anew.
#[derive(Debug)]
struct Known {
    password: String,
    token: String,
}

impl SecretStore for Known {
    fn get(&self, name: &SecretName) -> std::result::Result<Option<SecretString>, SecretError> {
        Ok(match name.key() {
            "password" => Some(self.password.clone().into()),
            "token" => Some(self.token.clone().into()),
            _ => None,
        })
    }

    fn set(&self, _: &SecretName, _: &SecretString) -> std::result::Result<(), SecretError> {
        Ok(())
    }

    fn delete(&self, _: &SecretName) -> std::result::Result<(), SecretError> {
        Ok(())
    }
}

pub(crate) async fn open(job: &Job) -> Result<Muster> {
    let Client { password, token, .. } = job.client.clone();
    Ok(Muster::open(Options::new(&job.folder, Arc::new(Known { password, token }))).await?)
}

/// Makes the database, with the integration, for either side.
pub(crate) async fn prepare(job: &Job) -> Result {
    let Client { url, username, password, token, .. } = job.client.clone();
    let settings: Value = json!({ "url": url, "username": username, "encoding": "urlencoded" });
    let input = IntegrationInput {
        code: Some(code()?),
        settings: settings.as_object().cloned().unwrap_or_else(Map::new),
        secrets: vec![("password".to_owned(), password.into()), ("token".to_owned(), token.into())],
        ..IntegrationInput::default()
    };
    let muster = open(job).await?;
    muster.owner("the benchmark").await?.add_integration("pruvan", input, OnSave::DoNotValidate).await?;
    Ok(muster.close().await?)
}

/// One import, measured from the request to the record of its end.
pub(crate) async fn import(job: &Job, kind: Kind) -> Result<Measured> {
    let muster = open(job).await?;
    let kind = match kind {
        Kind::Refresh => ImportKind::Refresh,
        Kind::FullImport => ImportKind::FullImport,
    };
    let request = ImportRequest { removals_confirmed: true, ..ImportRequest::new(code()?, kind) };
    let admin = muster.owner("the benchmark").await?;
    let start = Start::now()?;
    let import = admin.start_import(request).await?.wait().await?;
    let cost = start.cost()?;
    muster.close().await?;
    if import.outcome != Some(Outcome::Succeeded) || import.problem_count > 0 {
        return Err(format!("Muster's import did not go well: {import:?}").into());
    }
    let muster_core::model::Counts { added, changed, unchanged, removed, .. } = import.counts;
    Ok(Measured { cost, counts: Counts { added, changed, unchanged, removed } })
}

fn code() -> Result<IntegrationCode> {
    Ok(CODE.parse()?)
}
