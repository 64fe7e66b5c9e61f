//! Presets of spreadsheets, as Admins see, save and delete them. What one says is in `connectors/spreadsheet`.

use serde::Serialize;

use crate::Admin;
use crate::connectors::presets::{self, PresetError};
use crate::error::{Error, ErrorCode, Result, sentence, with_causes};
use crate::store::integrations;

/// A kind of list whose columns are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Preset {
    /// Its name in the setting `preset`.
    pub name: String,
    /// What it is, for people.
    pub title: String,
    /// Whether the office saved it; the others come with Muster.
    pub own: bool,
}

impl Admin {
    /// All presets: those that Muster brings, then the office's own by name.
    pub async fn presets(&self) -> Result<Vec<Preset>> {
        let folder = self.inner.folder.clone();
        let own = blocking(move || presets::names(&folder)).await?;
        let shipped = presets::shipped();
        let shipped =
            shipped.map(|(name, title)| Preset { name: name.to_owned(), title: title.to_owned(), own: false });
        let own = own.into_iter().map(|name| Preset { title: name.clone(), name, own: true });
        Ok(shipped.chain(own).collect())
    }

    /// Saves a mapping (a JSON object of headers and fields) as a preset of the office, which treats orders as `base` does: the
    /// preset from which it was made; if that is empty, the headers decide. One that was saved under that name before is
    /// replaced, and integrations that use it go by the new one from their next import on.
    pub async fn save_preset(&self, name: &str, base: &str, mapping: &str) -> Result<Preset> {
        let (folder, name) = (self.inner.folder.clone(), name.trim().to_owned());
        let (base, mapping) = (base.to_owned(), mapping.to_owned());
        let saved = Preset { title: name.clone(), name: name.clone(), own: true };
        blocking(move || presets::save(&folder, &name, &base, &mapping)).await?;
        Ok(saved)
    }

    /// Deletes a preset that the office saved and that no integration uses.
    pub async fn delete_preset(&self, name: &str) -> Result<()> {
        let (folder, name) = (self.inner.folder.clone(), name.trim().to_owned());
        let all = integrations::all(self.inner.store.reader()).await?;
        let uses = |record: &&integrations::Record| record.settings["preset"].as_str().map(str::trim) == Some(&name);
        let codes: Vec<&str> = all.iter().filter(uses).map(|record| record.code.as_str()).collect();
        if !codes.is_empty() {
            let message = format!("The preset {name} is used by {}. Choose another there first.", codes.join(", "));
            return Err(Error::new(ErrorCode::Conflict, message).at("name"));
        }
        blocking(move || presets::delete(&folder, &name)).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, PresetError> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Error::new(ErrorCode::Io, "The presets could not be looked at."))?.map_err(|error| bad(&error))
}

fn bad(error: &PresetError) -> Error {
    let message = sentence(&with_causes(error));
    match error {
        PresetError::Name | PresetError::Device => Error::invalid("name", message),
        PresetError::Mapping(_) => Error::invalid("mapping", message),
        PresetError::Shipped => Error::new(ErrorCode::Conflict, message).at("name"),
        PresetError::Unknown(_) => Error::not_found(message),
        PresetError::Files(_) => Error::new(ErrorCode::Io, message),
    }
}
