//! What cannot be seen in a test: how long PPW with 1,500 orders takes and what is asked for, and how much memory files of
//! 100 MB take.
//!
//! ```text
//! cargo xtask bench types
//! ```

mod large;
#[path = "../import/measure.rs"]
mod measure;
mod office;
mod ppw;

use std::process::ExitCode;

/// A benchmark fails with words for the person who started it.
type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

#[tokio::main]
#[expect(clippy::print_stderr, reason = "what a benchmark says, it says on the console")]
async fn main() -> ExitCode {
    let done = if cfg!(target_os = "linux") {
        bench().await
    } else {
        Err("only measured on Linux: time and memory are read from /proc".into())
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn bench() -> Result {
    let _ = rustls::crypto::ring::default_provider().install_default();
    ppw::bench().await?;
    large::bench().await
}
