//! Starting other programs, from the root of the repository.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let xtask =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    xtask.parent().map_or_else(|| xtask.clone(), Path::to_path_buf)
}

/// A program that was built into the same directory as this one.
pub(crate) fn built(program: &str) -> Result<PathBuf> {
    Ok(env::current_exe()?.with_file_name(format!("{program}{}", env::consts::EXE_SUFFIX)))
}

/// `program`, to be started at the root of the repository.
pub(crate) fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    // What cargo says about xtask is not for what xtask starts: build scripts that look at it would run again each time.
    for (name, _) in env::vars_os() {
        let about_xtask = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_BIN_") || name.starts_with("CARGO_MANIFEST_")
        });
        if about_xtask {
            command.env_remove(name);
        }
    }
    command
}

/// The cargo that started this program.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&cargo, args)
}

/// npm, by the name that this system starts it by.
pub(crate) fn npm(args: &[&str]) -> Command {
    command(if cfg!(windows) { "npm.cmd" } else { "npm" }, args)
}

/// Runs `command` with its output on this console; anything but success is a failure.
pub(crate) fn run(command: &mut Command) -> Result {
    let line = announce(command);
    let status = command.status().map_err(|error| format!("`{line}` did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed ({status})").into()) }
}

/// Runs `command` and shows what it says only if it fails.
pub(crate) fn run_quietly(command: &mut Command) -> Result {
    let line = announce(command);
    let output = command.output().map_err(|error| format!("`{line}` did not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    print!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("`{line}` failed ({})", output.status).into())
}

/// Runs `command` and shows each line of its standard output while `look` sees it. Says whether it succeeded.
pub(crate) fn run_watching(command: &mut Command, mut look: impl FnMut(&str)) -> Result<bool> {
    let line = announce(command);
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| format!("`{line}` did not start: {error}"))?;
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut bytes = Vec::new();
        while output.read_until(b'\n', &mut bytes)? > 0 {
            let text = String::from_utf8_lossy(&bytes);
            print!("{text}");
            look(text.trim_end());
            bytes.clear();
        }
    }
    Ok(child.wait()?.success())
}

/// What `command` prints, if it can be started and succeeds.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program of this name can be started.
pub(crate) fn exists(program: &str) -> bool {
    let paths = env::var_os("PATH").unwrap_or_default();
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&paths).any(|directory| directory.join(&file).is_file())
}

fn announce(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line = words.map(|word| shorten(&word.to_string_lossy())).collect::<Vec<_>>().join(" ");
    println!("$ {line}");
    line
}

/// The name of a program without its directory, and one line of a script.
fn shorten(word: &str) -> String {
    let name =
        if Path::new(word).is_absolute() { Path::new(word).file_name().and_then(|name| name.to_str()) } else { None };
    name.unwrap_or(word).lines().next().unwrap_or_default().to_owned()
}
