//! One module for each group of commands. Each asks core, prints, and gives the exit status.

mod import;
mod integration;
mod look;
mod preset;
mod project;
mod record;
mod removals;
mod types;
mod user;
mod vault;
mod work_type;

use std::path::Path;

use clap::CommandFactory;
use muster_core::model::ImportKind;
use muster_core::{Admin, ImportRequest, Muster, Result};

use crate::args::{Cli, Command, UserCommand, Who};
use crate::output::{DONE, FAILED, Output};
use crate::progress::Events;
use crate::{setup, sign_in};

/// How long closing the database may hold up the end of the program.
const CLOSING: std::time::Duration = std::time::Duration::from_secs(5);

/// Runs the command and gives the exit status.
pub(crate) async fn run(cli: Cli, output: Output) -> u8 {
    match Box::pin(dispatch(cli, output)).await {
        Ok(status) => status,
        Err(error) => {
            output.failure(&error);
            FAILED
        }
    }
}

async fn dispatch(cli: Cli, output: Output) -> Result<u8> {
    // These need no data directory.
    match &cli.command {
        Command::Types => {
            types::show(output);
            return Ok(DONE);
        }
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "muster", &mut text);
            crate::output::print(String::from_utf8_lossy(&text).trim_end());
            return Ok(DONE);
        }
        _ => {}
    }
    let folder = setup::data_dir(cli.data_dir.as_deref())?;
    muster_core::log::start(&folder, "muster_cli");
    work(&folder, cli, output).await
}

async fn work(folder: &Path, cli: Cli, output: Output) -> Result<u8> {
    if let Some(risk) = muster_core::folder::risk(folder) {
        crate::output::complain(&format!("muster: warning: {risk}"));
    }
    let muster = setup::open(folder, cli.vault_key).await?;
    let status = ask(&muster, folder, cli.who, cli.command, output).await;
    // Nothing is lost if it is cut off, so nobody waits long for it.
    match tokio::time::timeout(CLOSING, muster.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!("the database was not closed: {}", error.message),
        Err(_) => tracing::warn!("the database was not closed in time"),
    }
    status
}

/// Opens the door that the command needs, and no other.
async fn ask(muster: &Muster, folder: &Path, who: Who, command: Command, output: Output) -> Result<u8> {
    match command {
        Command::Projects(command) => project::run(&sign_in::office(muster, who).await?, command, output).await,
        // The first user is added by whoever may open the data directory.
        Command::User(UserCommand::Add(new)) if !muster.has_users().await? => user::first(muster, new, output).await,
        command => ask_admin(&sign_in::admin(muster, who).await?, muster.watch(), folder, command, output).await,
    }
}

async fn ask_admin(muster: &Admin, events: Events, folder: &Path, command: Command, output: Output) -> Result<u8> {
    match command {
        Command::Integration(command) => integration::run(muster, command, output).await,
        Command::WorkType(command) => work_type::run(muster, command, output).await,
        Command::Preset(command) => preset::run(muster, command, output).await,
        Command::Validate { code } => integration::validate(muster, &code, output).await,
        Command::Refresh { code, .. } => import::refresh(muster, code, events, output).await,
        Command::FullImport { code, preview: true, re_read, .. } => {
            import::preview(muster, code, re_read, events, output).await
        }
        Command::FullImport { code, confirm_removals: removals_confirmed, re_read, .. } => {
            let request =
                ImportRequest { re_read, removals_confirmed, ..ImportRequest::new(code, ImportKind::FullImport) };
            import::full_import(muster, request, events, output).await
        }
        Command::Removals { code, confirm, decline } => {
            removals::removals(muster, code, confirm, decline, output).await
        }
        Command::BringBack { import, project } => removals::bring_back(muster, import, project, output).await,
        Command::Projects(command) => project::run(muster, command, output).await,
        Command::Imports(command) => record::imports(muster, command, output).await,
        Command::User(command) => user::run(muster, command, output).await,
        Command::Vault(command) => vault::run(folder, command, output).await,
        Command::Types | Command::Completions { .. } => Ok(DONE),
    }
}
