//! Muster's main job in the terminal: what `cargo xtask run` shows where there is no display.
//!
//! ```text
//! muster-demo [--muster PATH] [--orders N]
//! ```
//!
//! A simulated client system runs inside this process; the real program `muster` runs as a child, in a data
//! directory that is removed at the end. Every step is checked: the demo ends with 1 if anything is not as it should
//! be.

mod muster;
mod story;

use std::path::PathBuf;
use std::process::ExitCode;

use muster::{Muster, Trouble, say};
use muster_tests::pruvan::{Config, Simulator};
use story::Story;

#[tokio::main]
#[allow(clippy::print_stderr, reason = "the error output of a program")]
async fn main() -> ExitCode {
    let told = tokio::select! {
        told = demo() => told,
        // Ending here, and not by the signal, removes the data directory.
        _ = tokio::signal::ctrl_c() => Err(Trouble("stopped".to_owned())),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(Trouble(text)) => {
            eprintln!("\nmuster-demo: NOT AS EXPECTED: {text}");
            ExitCode::FAILURE
        }
    }
}

async fn demo() -> Result<(), Trouble> {
    let (program, orders) = arguments()?;
    let client = Simulator::start(Config::orders(orders)).await?;
    let known = client.credentials();
    let home = tempfile::Builder::new().prefix("muster-demo-").tempdir()?;
    let bytes = client.with(|state| state.orders.bytes());
    say(&format!("A simulated client system serves {orders} work orders ({} KB) on {}", bytes / 1000, client.url()));
    say(&format!("Muster keeps its data in {} for as long as this runs", home.path().display()));
    say("(every command below also has --data-dir and --vault-key for that directory)");
    let secrets = vec![("NWF_PASSWORD", known.password), ("NWF_TOKEN", known.token)];
    let muster = Muster::new(program, home.path(), secrets);
    let told = Story::new(client, muster).tell().await;
    let place = home.path().display().to_string();
    home.close()?;
    told?;
    say("");
    say("All as it should be: after two bad days no project was lost, and what was removed could be brought back.");
    say(&format!("The data was in {place}, which is removed now."));
    Ok(())
}

fn arguments() -> Result<(PathBuf, usize), Trouble> {
    let mut program = std::env::current_exe()?.with_file_name(format!("muster{}", std::env::consts::EXE_SUFFIX));
    let mut orders = 1_000;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| Trouble(format!("{word} needs a value")))?;
        match word.as_str() {
            "--muster" => program = PathBuf::from(value),
            "--orders" => orders = value.parse()?,
            _ => return Err(Trouble(format!("{word} is unknown; usage: muster-demo [--muster PATH] [--orders N]"))),
        }
    }
    Ok((program, orders))
}
