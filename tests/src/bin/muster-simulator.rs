//! A simulated client system as a program of its own, for benchmarks and for people with curl.
//!
//! ```text
//! muster-simulator [--orders N] [--seed S] [--style NAME] [--port P] [--gzip] [--chunked]
//! ```
//!
//! Prints one line of JSON with its URL and credentials, then serves until its standard input ends or it is killed.
//! `POST /control` changes it while it runs; the module `muster_tests::pruvan` says with what.

use std::process::ExitCode;

use muster_tests::pruvan::{Config, Simulator, server_named};

const USAGE: &str = "usage: muster-simulator [--orders N] [--seed S] [--port P] [--gzip] [--chunked]
                        [--style standard|aspnet|php|php-lists|urlencoded-only|multipart-only]";

#[tokio::main]
#[allow(clippy::print_stderr, reason = "the error output of a program")]
async fn main() -> ExitCode {
    let config = match config(std::env::args().skip(1)) {
        Ok(config) => config,
        Err(text) => {
            eprintln!("{text}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("muster-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

fn config(mut words: impl Iterator<Item = String>) -> Result<Config, String> {
    // Nobody reads the recorded requests from another process, and a benchmark makes many.
    let mut config = Config { control: true, record: false, orders: 1_000, ..Config::default() };
    while let Some(word) = words.next() {
        if word == "--gzip" {
            config.gzip = true;
            continue;
        }
        if word == "--chunked" {
            config.chunked = true;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let wrong = || format!("{value} is no good value for {word}");
        match word.as_str() {
            "--orders" => config.orders = value.parse().map_err(|_| wrong())?,
            "--seed" => config.seed = value.parse().map_err(|_| wrong())?,
            "--port" => config.port = value.parse().map_err(|_| wrong())?,
            "--style" => config.server = server_named(&value).ok_or_else(wrong)?,
            _ => return Err(format!("{word} is unknown")),
        }
    }
    Ok(config)
}

#[allow(clippy::print_stdout, reason = "the one line that the caller waits for")]
async fn serve(config: Config) -> std::io::Result<()> {
    let simulator = Simulator::start(config).await?;
    let known = simulator.credentials();
    let (orders, bytes) = simulator.with(|state| (state.orders.len(), state.orders.bytes()));
    let line = serde_json::json!({
        "url": simulator.url(),
        "control": format!("http://{}/control", simulator.address()),
        "username": known.username,
        "password": known.password,
        "token": known.token,
        "orders": orders,
        "bytes": bytes,
    });
    println!("{line}");
    // Reading blocks a thread of its own; the end of the input ends the program.
    let end = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    end.await.map_err(std::io::Error::other)?.map(drop)
}
