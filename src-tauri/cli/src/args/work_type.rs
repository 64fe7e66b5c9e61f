//! What can be typed after `muster work-type`.

use clap::{Args, Subcommand};
use muster_core::model::WorkTypeTask;

#[derive(Debug, Subcommand)]
pub(crate) enum WorkTypeCommand {
    /// Show all work types.
    List,
    /// Show one, with its values and tasks.
    Show {
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Add one.
    Add {
        /// 1 to 100 characters, unique whatever the case.
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        content: ContentArgs,
    },
    /// Change one. What is not given stays. Acts on projects that come in from now on.
    Edit {
        #[arg(value_name = "NAME")]
        name: String,
        /// Another name.
        #[arg(long = "name", value_name = "NEW")]
        new_name: Option<String>,
        #[command(flatten)]
        content: ContentArgs,
        /// Take all its tasks away.
        #[arg(long, conflicts_with = "task")]
        no_tasks: bool,
    },
    /// Delete one. Integrations that gave it to new projects give none from now on.
    Delete {
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ContentArgs {
    /// A value: the name of a field as in `muster projects`, or `due_in_days`. An empty one takes the value away.
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = super::pair)]
    pub(crate) set: Vec<(String, String)>,
    /// A task. The tasks that are given replace all that it has.
    #[arg(long = "task", value_name = "NAME[=INSTRUCTIONS]", value_parser = task)]
    pub(crate) task: Vec<WorkTypeTask>,
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that clap asks for")]
fn task(text: &str) -> Result<WorkTypeTask, String> {
    let (name, instructions) = match text.split_once('=') {
        Some((name, instructions)) => (name, Some(instructions.to_owned())),
        None => (text, None),
    };
    Ok(WorkTypeTask { name: name.to_owned(), instructions })
}
