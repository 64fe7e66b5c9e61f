//! What can be typed after `muster preset`.

use std::path::PathBuf;

use clap::{ArgGroup, Subcommand};
use muster_core::model::IntegrationCode;

#[derive(Debug, Subcommand)]
pub(crate) enum PresetCommand {
    /// Show all presets: those that come with Muster and the office's own.
    List,
    /// Save a mapping as a preset of the office. One of that name is replaced.
    #[command(group = ArgGroup::new("mapping").required(true))]
    Save {
        /// 1 to 64 small letters, digits or dashes.
        #[arg(value_name = "NAME")]
        name: String,
        /// The mapping is in this file: a JSON object of headers and fields.
        #[arg(long, value_name = "FILE", group = "mapping")]
        file: Option<PathBuf>,
        /// The mapping is the one that this integration has.
        #[arg(long, value_name = "CODE", group = "mapping")]
        from: Option<IntegrationCode>,
    },
    /// Delete a preset of the office that no integration uses.
    Delete {
        #[arg(value_name = "NAME")]
        name: String,
    },
}
