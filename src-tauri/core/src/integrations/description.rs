//! Handing on the description of a web API: an integrator makes one, other offices use it.

use std::path::Path;

use crate::Admin;
use crate::connectors;
use crate::error::{Error, ErrorCode, Result, sentence};
use crate::folder::write_whole;
use crate::model::IntegrationCode;

impl Admin {
    /// The description by which an integration works that asks a web API. It holds no secrets.
    pub async fn description(&self, code: &IntegrationCode) -> Result<String> {
        let record = self.inner.integration(code).await?;
        let schema = (connectors::known(&record.kind)?.schema)();
        let settings = record.settings.as_object().cloned().unwrap_or_default();
        // A type with several roads has one on some of them only.
        let setting = schema.find("description").filter(|setting| schema.has_effect(setting, &settings));
        let setting = setting.and_then(|_| settings.get("description")?.as_str()).map(str::to_owned);
        let Some(setting) = setting else {
            let message = "This integration has no description: it does not ask a web API.";
            return Err(Error::new(ErrorCode::InvalidInput, message));
        };
        let read = tokio::task::spawn_blocking(move || connectors::description_text(&setting)).await;
        read.map_err(|_| Error::new(ErrorCode::Io, "The description could not be read."))?
            .map_err(|why| Error::invalid("description", sentence(&why)))
    }

    /// Writes that description into a file, whole or not at all.
    pub async fn save_description(&self, code: &IntegrationCode, path: &Path) -> Result<()> {
        let (text, path) = (self.description(code).await?, path.to_owned());
        let written = tokio::task::spawn_blocking(move || write_whole(&path, &text)).await;
        written
            .map_err(|_| Error::new(ErrorCode::Io, "The description could not be written."))?
            .map_err(|error| Error::new(ErrorCode::Io, format!("The description could not be written: {error}.")))
    }
}
