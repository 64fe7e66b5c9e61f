//! Rules 2, 4, 8, 10 and 20 for lists that come as files.

use std::fs;
use std::time::{Duration, SystemTime};

use muster_core::model::{Field, Import, ImportKind, Outcome, Project};
use muster_core::{ErrorCode, IntegrationInput, OnSave};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::support::{FullImport, Office, Refresh, code, request};

const FILES: &str = "FILES";
const HEADERS: &str = "Work Order Number,Due Date,Address,City,State,Zip,Service\n";

/// An office whose client saves its lists into a folder.
struct Folder {
    office: Office,
    folder: TempDir,
}

impl Folder {
    async fn new(settings: Value) -> Self {
        let office = Office::of(Vec::new()).await;
        let folder = tempfile::tempdir().unwrap();
        let Value::Object(mut settings) = settings else { panic!("settings are an object") };
        settings.insert("path".to_owned(), json!(folder.path()));
        let input = IntegrationInput { code: Some(code(FILES)), settings, ..IntegrationInput::default() };
        office.muster.add_integration("spreadsheet", input, OnSave::DoNotValidate).await.unwrap();
        Self { office, folder }
    }

    /// Saves a file as if at that hour, so that nobody waits for it to be finished.
    fn save(&self, name: &str, hour: u64, text: impl AsRef<[u8]>) {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        let moment = SystemTime::UNIX_EPOCH + Duration::from_hours(hour);
        fs::File::options().write(true).open(&path).unwrap().set_modified(moment).unwrap();
    }

    fn save_orders(&self, name: &str, hour: u64, numbers: impl IntoIterator<Item = usize>) {
        let rows = numbers.into_iter().map(row);
        self.save(name, hour, std::iter::once(HEADERS.to_owned()).chain(rows).collect::<String>());
    }

    async fn import(&self, kind: ImportKind) -> Import {
        self.office.muster.start_import(request(FILES, kind)).await.unwrap().wait().await.unwrap()
    }

    /// An import that goes well: what was added, changed and removed.
    async fn imports(&self, kind: ImportKind) -> (u64, u64, u64) {
        let import = self.import(kind).await;
        assert_eq!(import.outcome, Some(Outcome::Succeeded), "{import:?}");
        assert!(import.problems.is_empty(), "{import:?}");
        (import.counts.added, import.counts.changed, import.counts.removed)
    }

    async fn project(&self, number: &str) -> Project {
        self.office.muster.project(&code(FILES), number).await.unwrap().project
    }
}

fn row(number: usize) -> String {
    format!("{number},12/4/26,12 Pine Rd,Tulsa,Oklahoma,4101,Grass cut\n")
}

#[tokio::test]
async fn rule_08_a_file_that_holds_all_open_orders_removes_what_is_not_in_it() {
    let folder = Folder::new(json!({ "holds_all_open_orders": true })).await;
    folder.save_orders("monday.csv", 1, 1..=10);
    assert_eq!(folder.imports(FullImport).await, (10, 0, 0));
    let project = folder.project("1").await;
    let text = |field| project.fields.text(field).unwrap_or_default();
    assert_eq!((text(Field::DueDate), text(Field::State), text(Field::Zip)), ("2026-12-04", "OK", "04101"));
    folder.save_orders("tuesday.csv", 2, 2..=11);
    assert_eq!(folder.imports(FullImport).await, (1, 0, 1));
    assert_eq!(folder.office.numbers().await, crate::support::numbers(2..=11));
}

#[tokio::test]
async fn rule_08_a_newest_list_that_cannot_be_read_is_not_passed_over_for_an_older_one() {
    let folder = Folder::new(json!({ "holds_all_open_orders": true })).await;
    folder.save_orders("monday.csv", 1, 1..=5);
    folder.save_orders("tuesday.csv", 2, 1..=10);
    assert_eq!(folder.imports(FullImport).await, (10, 0, 0));
    fs::remove_file(folder.folder.path().join("tuesday.csv")).unwrap();
    folder.save("wednesday.xls", 3, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    let import = folder.import(FullImport).await;
    assert_eq!((import.outcome, folder.office.numbers().await.len()), (Some(Outcome::Failed), 10), "{import:?}");
    let message = import.error.unwrap().message;
    assert!(message.contains("wednesday.xls") && message.contains(".xlsx"), "{message}");
}

#[tokio::test]
async fn rule_08_files_that_do_not_say_so_never_remove() {
    let folder = Folder::new(json!({})).await;
    folder.save_orders("monday.csv", 1, 1..=10);
    assert_eq!(folder.imports(FullImport).await, (10, 0, 0));
    fs::remove_file(folder.folder.path().join("monday.csv")).unwrap();
    folder.save_orders("tuesday.csv", 2, 2..=11);
    let import = folder.import(FullImport).await;
    assert_eq!((import.counts.added, import.counts.removed, import.pending_removals), (1, 0, 0));
    assert!(import.notes.iter().any(|note| note.contains("nothing was removed")), "{:?}", import.notes);
    let preview = folder.office.muster.preview(&code(FILES), false, &CancellationToken::new()).await.unwrap();
    assert!(preview.summary().to_remove.is_empty());
    assert_eq!(folder.office.numbers().await.len(), 11);
}

#[tokio::test]
async fn rule_04_every_row_counts_whatever_ends_the_lines() {
    let folder = Folder::new(json!({ "holds_all_open_orders": true })).await;
    for (hour, end, added) in [(1, "\r\n", 4), (2, "\n", 0), (3, "\r", 0), (4, "\r\n", 0)] {
        let rows: String = (1..=4).map(row).collect();
        folder.save("list.csv", hour, format!("{HEADERS}{rows}").trim_end().replace('\n', end));
        assert_eq!(folder.imports(FullImport).await, (added, 0, 0), "{end:?}");
    }
}

#[tokio::test]
async fn rule_04_a_row_without_a_number_stops_the_removals_and_is_said_by_its_row() {
    let folder = Folder::new(json!({ "holds_all_open_orders": true })).await;
    folder.save_orders("monday.csv", 1, 1..=10);
    folder.imports(FullImport).await;
    let rows: String = (2..=10).map(row).collect();
    folder.save("tuesday.csv", 2, format!("{HEADERS}{rows},,1 Elm,Tulsa,OK,74101,Grass\n"));
    let import = folder.import(FullImport).await;
    assert_eq!((import.counts.removed, import.problems.len()), (0, 1), "{import:?}");
    assert_eq!(import.problems[0].reason, "row 11 of tuesday.csv: its number is missing");
    assert_eq!(folder.office.numbers().await.len(), 10);
}

#[tokio::test]
async fn rule_04_rows_that_a_missing_quotation_mark_swallowed_are_not_removed() {
    let folder = Folder::new(json!({ "holds_all_open_orders": true })).await;
    folder.save_orders("monday.csv", 1, 1..=100);
    folder.imports(FullImport).await;
    let rows: String = (1..=100).map(row).collect();
    folder.save("tuesday.csv", 2, format!("{HEADERS}{}", rows.replace("\n81,", "\n81,\"")));
    let import = folder.import(FullImport).await;
    assert_eq!((import.counts.removed, import.pending_removals), (0, 0), "{import:?}");
    assert_eq!(folder.office.numbers().await.len(), 100);
}

#[tokio::test]
async fn rule_20_a_refresh_reads_a_file_once_and_the_newest_word_wins() {
    let folder = Folder::new(json!({})).await;
    folder.save("tuesday.csv", 2, format!("{HEADERS}1,,12 Pine Rd,Reno,NV,89501,Grass cut\n"));
    folder.save_orders("monday.csv", 1, 1..=3);
    assert_eq!(folder.imports(Refresh).await, (3, 0, 0));
    assert_eq!(folder.project("1").await.fields.text(Field::City), Some("Reno"));
    // Read again, it would go over what is there.
    folder.office.spoil();
    assert_eq!(folder.imports(Refresh).await, (0, 0, 0));
    assert!(folder.office.read_since().await.is_empty());
    folder.save_orders("wednesday.csv", 3, 1..=1);
    assert_eq!(folder.imports(Refresh).await, (0, 1, 0));
    assert_eq!(folder.project("1").await.fields.text(Field::City), Some("Tulsa"));
    // The other way round a Full Import reads all of them, and what did not change is not read.
    folder.office.spoil();
    folder.imports(FullImport).await;
    assert!(folder.office.read_since().await.is_empty());
}

#[tokio::test]
async fn rule_02_a_file_that_cannot_be_read_changes_nothing() {
    let folder = Folder::new(json!({ "holds_all_open_orders": true })).await;
    folder.save_orders("monday.csv", 1, 1..=10);
    folder.imports(FullImport).await;
    let before = folder.office.everything().await;
    for (text, word) in [
        ("<html><table><tr><td>Session expired", "web page"),
        ("PK\u{3}\u{4} cut", "damaged"),
        ("a,b\n1,2\n", "headers"),
        ("", "headers"),
        ("Work Order Number,City\n1,Tulsa\n", "no column"),
    ] {
        folder.save("tuesday.csv", 2, text);
        for kind in [FullImport, Refresh] {
            let import = folder.import(kind).await;
            assert_eq!(import.outcome, Some(Outcome::Failed), "{text}");
            let error = import.error.unwrap();
            assert_eq!(error.code, ErrorCode::NotUnderstood, "{text}");
            assert!(error.message.to_lowercase().starts_with("tuesday.csv") && error.message.contains(word), "{error}");
            assert_eq!(folder.office.everything().await, before);
        }
    }
    // A list without orders is a list: everything would go, so somebody is asked.
    folder.save("tuesday.csv", 2, HEADERS);
    let import = folder.import(FullImport).await;
    assert_eq!((import.outcome, import.pending_removals), (Some(Outcome::NeedsConfirmation), 10));
    fs::remove_dir_all(folder.folder.path()).unwrap();
    assert_eq!(folder.import(FullImport).await.error.unwrap().code, ErrorCode::CannotReach);
    assert_eq!(folder.office.everything().await, before);
}

#[tokio::test]
async fn rule_16_rows_of_one_number_are_the_tasks_of_one_project() {
    let folder = Folder::new(json!({})).await;
    let rows =
        "1,,12 Pine Rd,Tulsa,OK,74101,Grass\n2,,1 Elm,Tulsa,OK,74101,Photos\n1,,12 Pine Rd,Tulsa,OK,74101,Debris\n";
    folder.save("monday.csv", 1, format!("{HEADERS}{rows}"));
    assert_eq!(folder.imports(Refresh).await, (2, 0, 0));
    let detail = folder.office.muster.project(&code(FILES), "1").await.unwrap();
    let tasks: Vec<&str> = detail.project.tasks.iter().map(|task| task.name.as_str()).collect();
    assert_eq!(tasks, ["Grass", "Debris"]);
}

#[tokio::test]
async fn rule_18_an_export_of_pruvan_online_files_each_project_under_its_own_code() {
    let folder = Folder::new(json!({ "holds_all_open_orders": true, "preset": "pruvan-online" })).await;
    let headers = "Project Number,Due Date,Address 1,City,State,ZIP,Status,Field Status,Client Code,Tasks\n";
    let project = |number: &str, code: &str, task: &str| {
        let tasks = format!(r#"[{{""serviceName"":""{task}"",""survey"":"""",""instructions"":""""}}]"#);
        format!("{number},12/4/2026 0:00,12 Pine Rd,Tulsa,OK,74101,Assigned,New,{code},\"{tasks}\"\n")
    };
    let rows = project("NWF::1", "NWF", "Grass") + &project("MCS::1", "MCS", "Debris") + &project("7", "", "Photos");
    folder.save("export.csv", 1, &(headers.to_owned() + &rows));
    let import = folder.import(FullImport).await;
    assert_eq!((import.outcome, import.problems.len()), (Some(Outcome::Succeeded), 0), "{import:?}");
    let projects = folder.office.projects().await;
    let mut filed: Vec<_> = projects
        .iter()
        .map(|project| (project.code.as_str(), project.number.as_str(), project.tasks[0].name.as_str()))
        .collect();
    filed.sort_unstable();
    assert_eq!(filed, [(FILES, "7", "Photos"), ("MCS", "1", "Debris"), ("NWF", "1", "Grass")]);
    // The next time nothing comes twice, and nothing of the others goes.
    folder.save("export.csv", 2, &(headers.to_owned() + &project("8", "", "Photos")));
    folder.import(FullImport).await;
    assert!(folder.office.projects().await.iter().filter(|project| project.code.as_str() != FILES).count() == 2);
}
