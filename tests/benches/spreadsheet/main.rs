//! How much an import of a file costs, beside reading the file with csv or calamine alone and importing as many orders of
//! the type *Sample*.
//!
//! ```text
//! cargo xtask bench spreadsheet [--rows N] [--runs K]
//! ```

mod files;
#[path = "../import/measure.rs"]
mod measure;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use muster_core::model::{ImportKind, Outcome};
use muster_core::secrets::{SecretError, SecretName, SecretStore};
use muster_core::{ImportRequest, IntegrationInput, Muster, OnSave, Options};
use secrecy::SecretString;
use serde_json::{Value, json};

use files::Format;
use measure::Start;

/// A benchmark fails with words for the person who started it.
type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

const USAGE: &str = "usage: cargo xtask bench spreadsheet [--rows N] [--runs K]";

/// The most times that an import may cost what reading alone and importing as many orders do.
const TARGET: f64 = 2.0;

/// These types have no secrets.
#[derive(Debug)]
struct NoSecrets;

impl SecretStore for NoSecrets {
    fn get(&self, _: &SecretName) -> std::result::Result<Option<SecretString>, SecretError> {
        Ok(None)
    }

    fn set(&self, _: &SecretName, _: &SecretString) -> std::result::Result<(), SecretError> {
        Ok(())
    }

    fn delete(&self, _: &SecretName) -> std::result::Result<(), SecretError> {
        Ok(())
    }
}

#[tokio::main]
#[expect(clippy::print_stderr, reason = "what a benchmark says, it says on the console")]
async fn main() -> ExitCode {
    let done = match args(std::env::args().skip(1)) {
        _ if !cfg!(target_os = "linux") => Err("only measured on Linux: time and memory are read from /proc".into()),
        Ok((rows, runs)) => bench(rows, runs).await,
        Err(error) => Err(format!("{error}\n{USAGE}").into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// How many rows, and how often.
fn args(words: impl Iterator<Item = String>) -> Result<(u32, usize)> {
    let (mut rows, mut runs) = (100_000, 3);
    // `cargo bench` adds a word of its own.
    let mut words = words.filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--rows" => rows = value.parse()?,
            "--runs" => runs = value.parse()?,
            _ => return Err(format!("{word} is unknown").into()),
        }
    }
    Ok((rows, runs))
}

#[expect(clippy::print_stdout, reason = "what a benchmark says, it says on the console")]
async fn bench(rows: u32, runs: usize) -> Result {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::Builder::new().prefix("bench-spreadsheet-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    println!("| run | file | import CPU s | read alone | sample import | ratio | target |");
    println!("|---|---|--:|--:|--:|--:|--:|");
    for run in 1..=runs {
        let sample = import(rows, "sample", json!({ "orders": rows })).await?;
        for format in [Format::Csv, Format::Xlsx] {
            let path = format.write(folder.path(), rows)?;
            let start = Start::now()?;
            let read = format.read(&path)?;
            let alone = start.cost()?.cpu;
            if read <= u64::from(rows) {
                return Err(format!("only {read} rows were read").into());
            }
            let cost = import(rows, "spreadsheet", json!({ "path": path })).await?;
            let ratio = cost / (alone + sample);
            println!("| {run} | {format:?} | {cost:.3} | {alone:.3} | {sample:.3} | {ratio:.2} | ≤ {TARGET:.1} |");
        }
    }
    Ok(())
}

/// The CPU of a first Full Import into a database of its own.
async fn import(orders: u32, kind: &str, settings: Value) -> Result<f64> {
    let folder = tempfile::Builder::new().prefix("bench-data-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let muster = open(folder.path()).await?;
    let admin = muster.owner("the benchmark").await?;
    let settings = settings.as_object().cloned().unwrap_or_default();
    let input = IntegrationInput { code: Some("NWF".parse()?), settings, ..IntegrationInput::default() };
    admin.add_integration(kind, input, OnSave::DoNotValidate).await?;
    let start = Start::now()?;
    let import = admin.start_import(ImportRequest::new("NWF".parse()?, ImportKind::FullImport)).await?.wait().await?;
    let cost = start.cost()?.cpu;
    muster.close().await?;
    if import.outcome != Some(Outcome::Succeeded) || import.counts.added != u64::from(orders) {
        return Err(format!("the import did not go well: {import:?}").into());
    }
    Ok(cost)
}

async fn open(folder: &Path) -> Result<Muster> {
    Ok(Muster::open(Options::new(folder, Arc::new(NoSecrets))).await?)
}
