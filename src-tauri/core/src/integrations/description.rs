//! Handing on the description of a web API: an integrator makes one, other offices use it.

use std::path::Path;

use crate::Admin;
use crate::connectors;
use crate::error::{Error, ErrorCode, Result, sentence};
use crate::folder::write_whole;
use crate::model::IntegrationCode;

impl Admin {
    /// Writes the description by which an integration of the type *Web API* works into a file, whole or not at all. A
    /// description holds no secrets.
    pub async fn save_description(&self, code: &IntegrationCode, path: &Path) -> Result<()> {
        let record = self.inner.integration(code).await?;
        let setting = record.settings["description"].as_str().filter(|_| record.kind == connectors::WEB_API);
        let Some(setting) = setting.map(str::to_owned) else {
            return Err(Error::new(
                ErrorCode::InvalidInput,
                "Only an integration of the type Web API has a description.",
            ));
        };
        let path = path.to_owned();
        let written = tokio::task::spawn_blocking(move || {
            let text =
                connectors::description_text(&setting).map_err(|why| Error::invalid("description", sentence(&why)))?;
            write_whole(&path, &text)
                .map_err(|error| Error::new(ErrorCode::Io, format!("The description could not be written: {error}.")))
        });
        written.await.map_err(|_| Error::new(ErrorCode::Io, "The description could not be written."))?
    }
}
