//! The program `muster`: muster-core for a terminal, a scheduled task, a server. It decides nothing.

mod args;
mod commands;
mod output;
mod progress;
mod setup;
mod sign_in;

use std::process::ExitCode;

use clap::Parser;

use args::Cli;
use output::{DONE, FAILED, Output, USAGE};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            // Help and version were asked for.
            let _ = error.print();
            return ExitCode::from(DONE);
        }
        Err(mut error) => {
            args::forget_secret(&mut error);
            let json = std::env::args_os().any(|arg| arg == "--json");
            if json {
                Output { json }.usage(&error.render().to_string());
            } else {
                let _ = error.print();
            }
            return ExitCode::from(USAGE);
        }
    };
    let output = Output { json: cli.json };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&format!("muster: {error}"));
            return ExitCode::from(FAILED);
        }
    };
    let mut status = runtime.block_on(commands::run(cli, output));
    if status == DONE && !output::all_printed() {
        output::complain("muster: the result could not be written");
        status = FAILED;
    }
    // A credential store that waits for a person must not keep the program open.
    runtime.shutdown_background();
    ExitCode::from(status)
}
