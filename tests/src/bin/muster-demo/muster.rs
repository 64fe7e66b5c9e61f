//! Runs the real program `muster` as a child: once for people, with its words shown, and once for the checks, with `--json`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;

/// No step of the demo takes near as long; a child that hangs must not hang the demo.
const PATIENCE: Duration = Duration::from_mins(3);

/// Lines of a child's output that are shown; a list of a thousand projects would hide the story.
const LINES: usize = 16;

/// What went wrong, in words for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Trouble(pub(crate) String);

impl<E: std::error::Error> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// The program, and where it keeps what it knows.
#[derive(Debug)]
pub(crate) struct Muster {
    program: PathBuf,
    data: PathBuf,
    key: PathBuf,
    secrets: Vec<(&'static str, String)>,
}

impl Muster {
    pub(crate) fn new(program: PathBuf, home: &Path, secrets: Vec<(&'static str, String)>) -> Self {
        Self { program, data: home.join("data"), key: home.join("vault.key"), secrets }
    }

    /// The key file of the vault that takes the place of a credential store.
    pub(crate) fn key(&self) -> String {
        self.key.display().to_string()
    }

    /// Runs a command as a person would, shows it and what it says, and checks how it ends.
    pub(crate) async fn show(&self, words: &[&str], expected: i32) -> Result<(), Trouble> {
        say(&format!("$ muster {}", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")));
        let output = self.run(words).await?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        for line in lines.iter().take(LINES) {
            say(line);
        }
        if lines.len() > LINES {
            say(&format!("... and {} more lines", lines.len() - LINES));
        }
        match output.status.code() {
            Some(code) if code == expected => {
                if code != 0 {
                    say(&format!("(exit status {code}, as it should be)"));
                }
                Ok(())
            }
            _ => Err(Trouble(format!("`muster {}`: {}, not {expected} as expected", words.join(" "), output.status))),
        }
    }

    /// Runs a command with `--json` and reads its one value; nothing is shown.
    pub(crate) async fn read(&self, words: &[&str]) -> Result<Value, Trouble> {
        let all: Vec<&str> = ["--json"].iter().chain(words).copied().collect();
        let output = self.run(&all).await?;
        let value = serde_json::from_slice(&output.stdout)
            .map_err(|error| Trouble(format!("`muster --json {}` gave no JSON: {error}", words.join(" "))))?;
        if output.status.success() {
            Ok(value)
        } else {
            Err(Trouble(format!("`muster --json {}`: {}: {value}", words.join(" "), output.status)))
        }
    }

    /// The record of the newest import of the integration.
    pub(crate) async fn newest_import(&self, code: &str) -> Result<Value, Trouble> {
        let answer = self.read(&["imports", "list", "--code", code]).await?;
        let imports = rows(&answer, "imports");
        let newest = imports.iter().max_by_key(|import| import["import"].as_i64().unwrap_or(0));
        newest.cloned().ok_or_else(|| Trouble(format!("no import of {code} in {answer}")))
    }

    /// All projects of the integration by the client's number.
    pub(crate) async fn projects(&self, code: &str) -> Result<BTreeMap<String, Value>, Trouble> {
        let mut projects = BTreeMap::new();
        let mut seen = 0;
        loop {
            let offset = seen.to_string();
            let answer =
                self.read(&["projects", "list", "--code", code, "--limit", "500", "--offset", &offset]).await?;
            let page = rows(&answer, "projects");
            seen += page.len();
            for project in page {
                let number = project["work_order_number"].as_str().unwrap_or("").to_owned();
                projects.insert(number, project.clone());
            }
            if page.is_empty() {
                break;
            }
            if answer["total"].as_u64().is_some_and(|total| usize::try_from(total).is_ok_and(|total| seen >= total)) {
                break;
            }
        }
        Ok(projects)
    }

    async fn run(&self, words: &[&str]) -> Result<Output, Trouble> {
        let child = Command::new(&self.program)
            .arg("--data-dir")
            .arg(&self.data)
            .arg("--vault-key")
            .arg(&self.key)
            .args(words)
            .envs(self.secrets.iter().map(|(name, value)| (*name, value)))
            // The simulator is on this machine; a proxy of the office is not asked.
            .env("NO_PROXY", "127.0.0.1,localhost")
            .env_remove("MUSTER_VAULT_PASSPHRASE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Trouble(format!("{} does not start: {error}", self.program.display())))?;
        match tokio::time::timeout(PATIENCE, child.wait_with_output()).await {
            Ok(output) => Ok(output?),
            Err(_) => {
                Err(Trouble(format!("`muster {}` did not end in {} seconds", words.join(" "), PATIENCE.as_secs())))
            }
        }
    }
}

/// The rows of a list: `{"imports": [...]}`, or the list alone.
fn rows<'a>(answer: &'a Value, key: &str) -> &'a [Value] {
    answer.get(key).unwrap_or(answer).as_array().map_or(&[], Vec::as_slice)
}

fn quoted(word: &str) -> String {
    if word.contains([' ', '"']) { format!("'{word}'") } else { word.to_owned() }
}

/// One line for the person at the terminal.
#[allow(clippy::print_stdout, reason = "what the demo is for")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
