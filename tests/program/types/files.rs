//! Lists that come as files, from the terminal.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::counts;
use super::workbook::Workbook;
use crate::support::{Done, Program, text};

/// A folder into which a client's lists are saved, and a program that knows it as `FILES`.
pub(super) struct Folder {
    pub(super) program: Program,
    folder: TempDir,
}

impl Folder {
    /// With these settings, beside the path.
    pub(super) async fn with(kind: &str, settings: &[&str]) -> Self {
        let folder = Self { program: Program::new().await, folder: tempfile::tempdir().unwrap() };
        let path = format!("path={}", text(folder.path()));
        let mut args = vec!["integration", "add", "--type", kind, "--code", "FILES", "--no-validate", "--set", &path];
        args.extend(settings.iter().flat_map(|setting| ["--set", setting]));
        folder.program.json(&args).await.ok();
        folder
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Saves a file as if at that hour, so that nobody waits for it to be finished.
    pub(super) fn save(&self, name: &str, hour: u64, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, content).unwrap();
        let moment = SystemTime::UNIX_EPOCH + Duration::from_hours(hour);
        fs::File::options().write(true).open(&path).unwrap().set_modified(moment).unwrap();
        path
    }

    pub(super) async fn import(&self, kind: &str) -> Done {
        self.program.json(&[kind, "FILES"]).await
    }
}

pub(super) const HEADERS: &str = "Work Order Number,Due Date,Address,City,State,Zip,Service\n";

/// A list of so many orders.
pub(super) fn list(orders: std::ops::Range<u32>) -> String {
    let rows = orders.map(|at| format!("{at},12/4/26,{at} Pine Rd,Tulsa,Oklahoma,4101,Grass cut\n"));
    std::iter::once(HEADERS.to_owned()).chain(rows).collect()
}

#[tokio::test]
async fn a_workbook_and_a_text_of_the_same_list_give_the_same_projects() {
    let folder = Folder::with("spreadsheet", &["holds_all_open_orders=on", "pattern=orders*"]).await;
    folder.save("orders.csv", 1, list(1..6));
    assert_eq!(counts(&folder.import("full-import").await.ok()), [5, 0, 0]);
    let book = Workbook::of_text(&list(1..6));
    folder.save("orders-tuesday.xlsx", 2, book.zip());
    folder.save("else.csv", 3, list(1..2));
    assert_eq!(counts(&folder.import("full-import").await.ok()), [0, 0, 0]);
    folder.program.json(&["validate", "FILES"]).await.ok();
    let one = folder.program.json(&["projects", "show", "FILES::1"]).await.ok();
    let project = &one["project"];
    assert!(project["state"] == "OK" || one["state"] == "OK", "{one}");
}

#[tokio::test]
async fn an_export_of_pruvan_online_brings_the_projects_along_for_the_integrations_of_their_codes() {
    let folder = Folder::with("spreadsheet", &["preset=pruvan-online", "holds_all_open_orders=on"]).await;
    let header = "Project Number,Due Date,Address 1,City,State,Zip,Info,Status,Tasks,Field Status,Client Code\n";
    let row = |code: &str, number: u32| {
        let tasks = r#""[{""serviceName"":""Grass cut""}]""#;
        format!("{code}::{number},2026-12-04,{number} Elm,Reno,NV,89501,key 17,Assigned,{tasks},New,{code}\n")
    };
    folder.save("export.csv", 1, format!("{header}{}{}{}", row("NWF", 1), row("NWF", 2), row("ACME", 3)));
    let import = folder.import("full-import").await.ok();
    assert_eq!(counts(&import), [3, 0, 0]);
    let of = async |code: &str| {
        let list = folder.program.json(&["projects", "list", "--code", code]).await.ok();
        crate::support::numbers(&list)
    };
    assert_eq!((of("NWF").await, of("ACME").await, of("FILES").await), (names(&[1, 2]), names(&[3]), names(&[])));
    // Once more: they are known again.
    assert_eq!(counts(&folder.import("full-import").await.ok()), [0, 0, 0]);

    let args = ["integration", "delete", "FILES", "--projects", "keep"];
    folder.program.json(&args).await.ok();
    let sample = ["integration", "add", "--type", "sample", "--code", "NWF"];
    folder.program.json(&sample).await.error(1, "conflict");
    let adopted = folder.program.json(&[&sample[..], &["--adopt"]].concat()).await.ok();
    assert_eq!(adopted["projects"], 2, "{adopted}");
}

fn names(numbers: &[u32]) -> Vec<String> {
    numbers.iter().map(u32::to_string).collect()
}

#[tokio::test]
async fn without_the_tick_files_add_up_and_remove_nothing() {
    let folder = Folder::with("spreadsheet", &[]).await;
    folder.save("monday.csv", 1, list(1..4));
    folder.save("tuesday.csv", 2, list(3..6));
    assert_eq!(counts(&folder.import("refresh").await.ok()), [5, 0, 0]);
    assert_eq!(counts(&folder.import("refresh").await.ok()), [0, 0, 0]);
    fs::remove_file(folder.path().join("monday.csv")).unwrap();
    let import = folder.import("full-import").await.ok();
    assert_eq!(counts(&import), [0, 0, 0]);
    assert!(import["notes"].to_string().contains("nothing was removed"), "{import}");
    // A relative path of an existing file is stored whole, one that is not there is refused.
    let error = folder.program.json(&["integration", "edit", "FILES", "--set", "path=nowhere.csv"]).await;
    assert_eq!(error.error(1, "invalid_input")["fields"], json!(["path"]));
    fs::remove_file(folder.path().join("tuesday.csv")).unwrap();
    let import = folder.import("full-import").await.with_status(1);
    assert_ne!(import["error"], Value::Null);
    assert_eq!(folder.program.numbers().await.len(), 5);
}
