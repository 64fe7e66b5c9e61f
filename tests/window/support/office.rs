//! An office on a computer of its own: a home, a data directory, a client system, and the program `muster` for what happens
//! beside the window.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use muster_tests::pruvan::{Config, Simulator, State};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

/// The Admin of most tests.
pub(crate) const ANN: &str = "ann";
/// Somebody of the staff.
pub(crate) const BOB: &str = "bob";
/// The password of both.
pub(crate) const PASSWORD: &str = "a long password";
/// The code of the integration that most tests use.
pub(crate) const CODE: &str = "NWF";

/// Where the programs are: beside the directory of the test that runs.
pub(crate) fn built(program: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.ancestors().nth(2).expect("tests lie in target/debug/deps");
    let program = folder.join(program);
    assert!(program.exists(), "{} is not there: `cargo xtask window` builds it", program.display());
    program
}

/// The office. What it holds is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Office {
    folder: TempDir,
    /// The window that is opened here.
    pub(crate) program: PathBuf,
    /// The client system.
    pub(crate) client: Simulator,
    /// What the pages complain of belongs to the test.
    pub(crate) with_faults: bool,
}

impl Office {
    /// Muster has never been started here; the client system has so many orders.
    pub(crate) async fn new(orders: usize) -> Self {
        Self::with(Config::orders(orders)).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        for name in ["home", "run"] {
            let path = folder.path().join(name);
            std::fs::create_dir(&path).expect("a folder");
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            std::fs::set_permissions(path, mode).expect("it belongs to this person");
        }
        let client = Simulator::start(config).await.expect("the simulator starts");
        let office = Self { folder, program: built("muster-desktop"), client, with_faults: false };
        if !has_secret_service() {
            // Never the credential store of the person who runs the tests.
            office.run(None, &["vault", "init", "--key", &office.key().display().to_string()]).await;
        }
        office
    }

    /// With an Admin.
    pub(crate) async fn with_admin(orders: usize) -> Self {
        let office = Self::new(orders).await;
        office.run(None, &["user", "add", ANN]).await;
        office
    }

    /// With an Admin, the integration, and all of its projects.
    pub(crate) async fn with_projects(orders: usize) -> Self {
        let office = Self::with_admin(orders).await;
        office.connect(CODE).await;
        let import = office.muster(&["full-import", CODE]).await;
        assert_eq!(import["added"], orders, "{import}");
        office
    }

    /// Adds an integration to the client system.
    pub(crate) async fn connect(&self, code: &str) {
        let known = self.client.credentials();
        let url = format!("url={}", self.client.url());
        let user = format!("username={}", known.username);
        let args = ["integration", "add", "--type", "pruvan", "--code", code, "--set", &url, "--set", &user];
        self.muster(&[&args[..], &["--name", "Northwind Field", "--secret", "password=env:CLIENT_PASSWORD"]].concat())
            .await;
    }

    pub(crate) async fn add_staff(&self) {
        self.muster(&["user", "add", BOB, "--role", "staff"]).await;
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder for what is installed here.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("vault.key")
    }

    /// Reads or changes the client system.
    pub(crate) fn with_client<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        self.client.with(action)
    }

    /// Lets a program live here and nowhere else.
    pub(crate) fn settle(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("MUSTER_") || text.starts_with("XDG_") || text.to_lowercase().ends_with("_proxy") {
                command.env_remove(&name);
            }
        }
        command.env("HOME", self.folder.path().join("home"));
        command.env("XDG_RUNTIME_DIR", self.folder.path().join("run"));
        command.env("MUSTER_DATA_DIR", self.data());
        command.env("USER", "office").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        if !has_secret_service() {
            command.env_remove("DBUS_SESSION_BUS_ADDRESS").env("MUSTER_VAULT_KEY", self.key());
        }
        command.stdin(Stdio::null()).kill_on_drop(true);
    }

    /// Runs the program `muster` as the Admin: it succeeds, or removals wait. Gives what it says.
    pub(crate) async fn muster(&self, args: &[&str]) -> Value {
        self.muster_as(ANN, args).await
    }

    /// The same as somebody else.
    pub(crate) async fn muster_as(&self, user: &str, args: &[&str]) -> Value {
        self.run(Some(user), args).await
    }

    async fn run(&self, user: Option<&str>, args: &[&str]) -> Value {
        let mut muster = Command::new(built("muster"));
        self.settle(&mut muster);
        muster.arg("--data-dir").arg(self.data()).arg("--json").args(args);
        muster.env("MUSTER_NEW_PASSWORD", PASSWORD).env("CLIENT_PASSWORD", &self.client.credentials().password);
        if let Some(user) = user {
            muster.env("MUSTER_USER", user).env("MUSTER_PASSWORD", PASSWORD);
        }
        let output = muster.output().await.expect("muster starts");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(matches!(output.status.code(), Some(0 | 3)), "muster {args:?}: {}\n{out}\n{err}", output.status);
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("muster {args:?}: {error}\n{out}"))
    }

    /// The whole list as it is now.
    pub(crate) async fn projects(&self) -> Value {
        self.muster(&["projects", "list"]).await
    }

    /// The numbers of the list, sorted.
    pub(crate) async fn numbers(&self) -> Vec<String> {
        let list = self.projects().await;
        let all = list.as_array().expect("a list").iter();
        let mut numbers: Vec<String> = all.filter_map(|one| one["number"].as_str()).map(str::to_owned).collect();
        numbers.sort();
        numbers
    }

    /// What the pages complained of, from the log.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.log().lines().filter(|line| line.contains("muster_desktop::pages")).map(str::to_owned).collect()
    }

    /// The log of the window and of the program.
    pub(crate) fn log(&self) -> String {
        let Ok(files) = std::fs::read_dir(self.data().join("logs")) else { return String::new() };
        files.filter_map(Result::ok).filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect()
    }

    /// Every file of the data directory.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.data()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("the folder is there") {
                let path: PathBuf = entry.expect("it can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(bytes) = std::fs::read(&path) {
                    found.push((path, bytes));
                }
            }
        }
        found
    }

    /// Writes over the database, so that it cannot be opened.
    pub(crate) fn break_database(&self) {
        std::fs::create_dir_all(self.data()).expect("a folder");
        std::fs::write(self.data().join("muster.db"), "this is no database, but more than enough text for its head")
            .expect("it can be written");
    }

    /// Takes the broken database away.
    pub(crate) fn mend_database(&self) {
        std::fs::remove_file(self.data().join("muster.db")).expect("it can be removed");
    }
}

/// Whether the session of the tests has a Secret Service of its own.
fn has_secret_service() -> bool {
    std::env::var_os("MUSTER_TEST_SECRET_SERVICE").is_some_and(|set| set == "1")
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository")
}
