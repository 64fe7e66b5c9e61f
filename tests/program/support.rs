//! An office with the program `muster`, a data directory of its own with a vault, and a simulated client system.

pub(crate) mod core;
#[cfg(target_os = "linux")]
mod terminal;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use muster_tests::pruvan::{Config, Gate, Simulator, State};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// The code of the integration that most tests use.
pub(crate) const CODE: &str = "NWF";

/// Where the program is: beside the directory of the test that runs. Built once if somebody runs the tests by hand;
/// `cargo xtask test` builds it before.
fn muster() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let test = std::env::current_exe().expect("a test knows its own path");
        let folder = test.ancestors().nth(2).expect("tests lie in target/debug/deps");
        let program = folder.join(format!("muster{}", std::env::consts::EXE_SUFFIX));
        if !program.exists() {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let built = std::process::Command::new(cargo).args(["build", "-p", "muster-cli"]).status();
            assert!(built.is_ok_and(|status| status.success()) && program.exists(), "cargo build -p muster-cli");
        }
        program
    })
}

/// The program over a fresh data directory.
#[derive(Debug)]
pub(crate) struct Program {
    folder: TempDir,
    variables: Vec<(String, String)>,
    said: Mutex<Vec<u8>>,
}

impl Program {
    /// Without a vault.
    pub(crate) fn bare() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        Self { folder, variables: Vec::new(), said: Mutex::default() }
    }

    /// With a vault that is locked with a key file.
    pub(crate) async fn new() -> Self {
        let program = Self::bare();
        let key = program.key();
        program.json(&["vault", "init", "--key", text(&key)]).await.ok();
        program
    }

    /// An environment variable of all processes to come.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// No process to come has these environment variables.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        self.variables.retain(|(known, _)| !names.contains(&known.as_str()));
        self
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.folder.path().join("vault.key")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(muster());
        // What the person who runs the tests has set must not change what they see.
        let ours = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MUSTER_"));
        for (name, _) in ours {
            command.env_remove(name);
        }
        for name in ["HTTP_PROXY", "HTTPS_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        command.env("USER", "ann").env("LC_ALL", "C.UTF-8").env_remove("ALL_PROXY").env_remove("all_proxy");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.arg("--data-dir").arg(self.data());
        if self.key().exists() {
            command.arg("--vault-key").arg(self.key());
        }
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// Starts it, with `--json`.
    pub(crate) fn start(&self, args: &[&str]) -> Running<'_> {
        let args = [args, &["--json"]].concat();
        let child = self.command(&args).spawn().expect("muster starts");
        Running { program: self, what: args.join(" "), child }
    }

    /// Runs it for programs: with `--json`.
    pub(crate) async fn json(&self, args: &[&str]) -> Done {
        self.start(args).end().await
    }

    /// Runs it for people.
    pub(crate) async fn human(&self, args: &[&str]) -> Done {
        let child = self.command(args).spawn().expect("muster starts");
        Running { program: self, what: args.join(" "), child }.end().await
    }

    /// The same with `--json` and this on standard input.
    pub(crate) async fn json_with_input(&self, args: &[&str], input: &str) -> Done {
        self.start_with_input(args, input).await.end().await
    }

    /// Starts it with this on standard input, all of it.
    pub(crate) async fn start_with_input(&self, args: &[&str], input: &str) -> Running<'_> {
        let args = [args, &["--json"]].concat();
        let mut child = self.command(&args).stdin(Stdio::piped()).spawn().expect("muster starts");
        let mut stdin = child.stdin.take().expect("standard input is a pipe");
        // A program that refuses before it reads is right to do so.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        Running { program: self, what: args.join(" "), child }
    }

    /// Everything that any process said so far, on both outputs.
    pub(crate) fn said(&self) -> Vec<u8> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The whole list, as one value to compare.
    pub(crate) async fn projects(&self) -> Value {
        self.json(&["projects", "list"]).await.ok()
    }

    /// The whole list as it is printed: to compare what is too large to be read.
    pub(crate) async fn printed(&self) -> String {
        let done = self.json(&["projects", "list"]).await;
        assert_eq!(done.status, Some(0), "{}", done.err);
        done.out
    }

    /// The numbers of the list, without the code.
    pub(crate) async fn numbers(&self) -> Vec<String> {
        numbers(&self.projects().await)
    }

    pub(crate) async fn integration(&self, code: &str) -> Value {
        self.json(&["integration", "show", code]).await.ok()
    }

    /// The newest import of any integration.
    pub(crate) async fn last_import(&self) -> Value {
        self.json(&["imports", "list"]).await.ok()[0].clone()
    }
}

/// The numbers of a list of projects as JSON, sorted, without the code.
pub(crate) fn numbers(projects: &Value) -> Vec<String> {
    let all = projects.as_array().expect("a list of projects");
    let mut numbers: Vec<String> =
        all.iter().map(|one| one["work_order_number"].as_str().expect("a number").to_owned()).collect();
    numbers.sort();
    numbers
}

/// A process that runs.
#[derive(Debug)]
pub(crate) struct Running<'a> {
    program: &'a Program,
    what: String,
    child: Child,
}

impl Running<'_> {
    #[cfg(unix)]
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it has not been waited for")
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("its status can be asked").is_some()
    }

    /// Waits for its end.
    pub(crate) async fn end(self) -> Done {
        let output = self.child.wait_with_output().await.expect("it can be waited for");
        let mut said = self.program.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.extend(&output.stdout);
        said.extend(&output.stderr);
        Done {
            what: self.what,
            status: output.status.code(),
            out: String::from_utf8(output.stdout).expect("its output is UTF-8"),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// SIGKILL: it ends at once, in the middle of whatever it does.
    pub(crate) async fn kill(mut self) -> Done {
        self.child.start_kill().expect("it can be killed");
        self.end().await
    }

    /// Asks it to stop, as Ctrl-C does.
    #[cfg(unix)]
    pub(crate) async fn interrupt(&self) {
        let sent = Command::new("kill").args(["-INT", &self.id().to_string()]).status().await;
        assert!(sent.is_ok_and(|status| status.success()), "kill -INT");
    }
}

/// A process that has ended.
#[derive(Debug)]
pub(crate) struct Done {
    what: String,
    /// None if a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// The one JSON value on standard output; nothing else may stand there.
    pub(crate) fn value(&self) -> Value {
        let text = self.out.strip_suffix('\n').unwrap_or(&self.out);
        assert_eq!(text, text.trim(), "muster {}: white space around the value", self.what);
        serde_json::from_str(text)
            .unwrap_or_else(|error| panic!("muster {}: {error}\n{}\n{}", self.what, self.out, self.err))
    }

    /// The value, of a command that must have ended with that status.
    #[track_caller]
    pub(crate) fn with_status(&self, status: i32) -> Value {
        assert_eq!(self.status, Some(status), "muster {}\n{}\n{}", self.what, self.out, self.err);
        self.value()
    }

    /// The value, of a command that must have gone well.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        self.with_status(0)
    }

    /// The error, of a command that must have failed with this status and code. Checks its shape.
    #[track_caller]
    pub(crate) fn error(&self, status: i32, code: &str) -> Value {
        let value = self.with_status(status);
        let error = &value["error"];
        assert_eq!(keys(&value), ["error"], "muster {}", self.what);
        assert_eq!(keys(error), ["code", "fields", "message", "retry"], "muster {}", self.what);
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
        assert!(error["fields"].is_array() && error["retry"].is_boolean(), "{error}");
        assert_eq!(error["code"], code, "muster {}: {error}", self.what);
        error.clone()
    }

    /// What people see, of a command that must have ended with that status. It is no JSON.
    #[track_caller]
    pub(crate) fn text(&self, status: i32) -> &str {
        assert_eq!(self.status, Some(status), "muster {}\n{}\n{}", self.what, self.out, self.err);
        assert!(!self.out.trim_start().starts_with(['{', '[']), "muster {}: JSON for people\n{}", self.what, self.out);
        &self.out
    }
}

/// The keys of an object, sorted.
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().into_iter().flat_map(|keys| keys.keys()).map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// A path as text.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("the path is text")
}

/// The program with one integration to one client system.
#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) program: Program,
    pub(crate) client: Simulator,
}

impl Deref for Office {
    type Target = Program;
    fn deref(&self) -> &Program {
        &self.program
    }
}

impl Office {
    /// The client system is there, the integration is not.
    pub(crate) async fn alone(config: Config) -> Self {
        let client = Simulator::start(config).await.expect("the simulator starts");
        let mut program = Program::new().await;
        let known = client.credentials();
        program.set("PASSWORD", &known.password);
        program.set("TOKEN", &known.token);
        Self { program, client }
    }

    /// With the integration, nothing imported yet.
    pub(crate) async fn with(config: Config) -> Self {
        let office = Self::alone(config).await;
        office.add(CODE, &[]).await.ok();
        office
    }

    /// With so many projects, imported in full.
    pub(crate) async fn with_projects(orders: usize) -> Self {
        let office = Self::with(Config::orders(orders)).await;
        let import = office.json(&["full-import", CODE]).await.ok();
        assert_eq!(import["added"], orders, "{import}");
        office
    }

    /// Adds an integration to the client system, with its password.
    pub(crate) async fn add(&self, code: &str, more: &[&str]) -> Done {
        let url = format!("url={}", self.client.url());
        let user = format!("username={}", self.client.credentials().username);
        let args = ["integration", "add", "--type", "pruvan", "--code", code, "--set", &url, "--set", &user];
        self.json(&[&args[..], &["--secret", "password=env:PASSWORD"], more].concat()).await
    }

    /// Reads or changes the client system.
    pub(crate) fn with_client<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        self.client.with(action)
    }
}

/// Waits until an answer stands before the gate; a program that ends before is a failure, not a long wait.
pub(crate) async fn at_gate(gate: &Gate, running: &mut Running<'_>) {
    loop {
        let reached = tokio::time::timeout(Duration::from_millis(50), gate.reached()).await;
        if reached.is_ok() {
            return;
        }
        assert!(!running.has_ended(), "muster {} ended before the gate", running.what);
    }
}

/// Looks again and again until it is so. The bound is there to end a test that would never end, not to measure.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..1_200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came to be: {what}");
}
