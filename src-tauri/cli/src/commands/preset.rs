//! `muster preset`.

use std::path::PathBuf;

use muster_core::model::IntegrationCode;
use muster_core::{Admin, Error, ErrorCode, Preset, Result};
use serde_json::json;

use crate::args::PresetCommand;
use crate::output::{DONE, Output, sheet};

pub(super) async fn run(muster: &Admin, command: PresetCommand, output: Output) -> Result<u8> {
    match command {
        PresetCommand::List => {
            let all = muster.presets().await?;
            output.result(&all, || list(&all));
        }
        PresetCommand::Save { name, file, from } => {
            let (base, mapping) = mapping(muster, file, from).await?;
            let saved = muster.save_preset(&name, &base, &mapping).await?;
            output.result(&saved, || {
                format!("Saved {}.\n\nNext: muster integration edit CODE --set preset={0}", saved.name)
            });
        }
        PresetCommand::Delete { name } => {
            muster.delete_preset(&name).await?;
            output.result(&json!({ "name": name, "deleted": true }), || format!("Deleted {name}."));
        }
    }
    Ok(DONE)
}

/// The mapping in a file, or that of an integration with its preset, from which the new one is made.
async fn mapping(muster: &Admin, file: Option<PathBuf>, from: Option<IntegrationCode>) -> Result<(String, String)> {
    if let Some(path) = file {
        return std::fs::read_to_string(&path)
            .map(|mapping| (String::new(), mapping))
            .map_err(|error| Error::new(ErrorCode::Io, format!("{} could not be read: {error}.", path.display())));
    }
    // One of the two is always given.
    let Some(code) = from else { return Ok(Default::default()) };
    let one = muster.integration(&code).await?;
    let setting = |name: &str| one.settings[name].as_str().unwrap_or_default().trim().to_owned();
    let mapping = setting("mapping");
    if mapping.is_empty() {
        return Err(Error::new(ErrorCode::InvalidInput, format!("{code} has no mapping of its own.")).at("mapping"));
    }
    Ok((setting("preset"), mapping))
}

fn list(all: &[Preset]) -> String {
    let whose = |own: bool| if own { "the office's own" } else { "comes with Muster" };
    sheet(
        ["Preset", "For", ""],
        all.iter().map(|one| {
            let title = if one.own { String::new() } else { one.title.clone() };
            [one.name.clone(), title, whose(one.own).to_owned()]
        }),
    )
}
