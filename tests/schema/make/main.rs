//! Makes the databases that tests migrate: what `cargo xtask fixture` runs. tests/fixtures/schema/README.md tells when.
//!
//! ```text
//! cargo xtask fixture            # of this version, from an office that core fills
//! cargo xtask fixture freeze     # this version goes out: its fixture never changes again
//! cargo xtask fixture inner      # of the schemas before the first release
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a chore that cannot go on ends with why")]
#![allow(clippy::print_stdout, reason = "what a chore says, it says on the console")]

mod inner;
mod office;
#[path = "../../support/secrets.rs"]
mod secrets;
#[path = "../shared.rs"]
mod shared;

use std::path::Path;
use std::process::ExitCode;

use rusqlite::Connection;

use shared::{THIS, fixture, released, sha256, told_file};

#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => of_this_version().await,
        ["freeze"] => freeze(),
        ["inner"] => {
            inner::make_all().await;
            Ok(())
        }
        _ => Err("usage: cargo xtask fixture [freeze | inner]".to_owned()),
    };
    if let Err(error) = done {
        println!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Makes the fixture of this version, unless it has been released.
async fn of_this_version() -> Result<(), String> {
    if released().iter().any(|(version, _)| version == THIS) {
        return Err(format!("The fixture of {THIS} is released and never changes."));
    }
    let (folder, told) = office::make().await;
    copy(&folder.path().join("muster.db"), &fixture(THIS));
    std::fs::write(told_file(THIS), format!("{told}\n")).expect("what core told is written");
    say(&fixture(THIS));
    Ok(())
}

/// From now on the fixture of this version is that of a released one.
fn freeze() -> Result<(), String> {
    if released().iter().any(|(version, _)| version == THIS) {
        return Err(format!("The fixture of {THIS} is released already."));
    }
    if !fixture(THIS).exists() {
        return Err(format!("There is no fixture of {THIS}: cargo xtask fixture makes it."));
    }
    let file = shared::folder().join("released.txt");
    let before = std::fs::read_to_string(&file).expect("the list of released fixtures can be read");
    let line = format!("{THIS} {} {}\n", sha256(&fixture(THIS)), sha256(&told_file(THIS)));
    std::fs::write(&file, before + &line).expect("the list of released fixtures is written");
    println!("{THIS} is frozen.");
    Ok(())
}

/// Writes a database as one small file.
fn copy(from: &Path, to: &Path) {
    if to.exists() {
        std::fs::remove_file(to).expect("the fixture of before is removed");
    }
    let database = Connection::open(from).expect("the database opens");
    database.execute("VACUUM INTO ?", [to.to_str().expect("a path that is text")]).expect("it is copied");
}

/// Says what a fixture holds, and which columns it leaves empty.
fn say(path: &Path) {
    let database = Connection::open(path).expect("the fixture opens");
    for (table, rows, empty) in shared::filling(&database) {
        assert!(rows > 0, "{table} is empty: the fixture would prove nothing of it");
        let empty = if empty.is_empty() { String::new() } else { format!(", empty: {}", empty.join(", ")) };
        println!("{table}: {rows} rows{empty}");
    }
    println!("{} has {} bytes", path.display(), std::fs::metadata(path).expect("it is there").len());
}
