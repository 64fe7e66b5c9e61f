//! The connector as the import sees it: files in a folder, what comes of them, and what is remembered.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::testing::Parts;
use super::*;
use crate::connectors::kept::Kept;
use crate::http::{Http, HttpLimits};

#[path = "doubts_tests.rs"]
mod doubts;

/// A folder with files, and a connector to it.
struct Office {
    folder: TempDir,
    data: TempDir,
    settings: Value,
    memory: Value,
}

const HEADERS: &str = "WO #,Address,City,State,Zip,Task\n";
const FULL: Ask = Ask::Everything { last: None };
const REFRESH: Ask = Ask::Since(None);

impl Office {
    fn new(settings: &Value) -> Self {
        let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut all = json!({ "path": folder.path() });
        all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        Self { folder, data, settings: all, memory: Value::Null }
    }

    fn save(&self, name: &str, hours: u64, content: impl AsRef<[u8]>) {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        let moment = SystemTime::UNIX_EPOCH + Duration::from_hours(hours);
        fs::File::options().write(true).open(&path).unwrap().set_modified(moment).unwrap();
    }

    /// A list of orders with these numbers.
    fn save_orders(&self, name: &str, hours: u64, numbers: &[&str]) {
        self.save(name, hours, list_of(numbers));
    }

    fn connect(&self) -> Result<Spreadsheet, Vec<FieldError>> {
        let http = Arc::new(Http::new(HttpLimits::default()).unwrap());
        let mut connection = Connection::new(self.settings.clone(), http, self.memory.clone());
        connection.folder = self.data.path().to_owned();
        Spreadsheet::new(connection)
    }

    async fn fetch(&mut self, ask: Ask) -> Result<(Kept, List), ConnectError> {
        let mut kept = Kept::default();
        let fetched = self.connect().unwrap().fetch(ask, &mut kept).await?;
        self.memory = fetched.memory;
        Ok((kept, fetched.list))
    }

    async fn numbers(&mut self, ask: Ask) -> Vec<String> {
        let (kept, _) = self.fetch(ask).await.unwrap();
        assert_eq!(kept.expected, Some(kept.orders.len() as u64));
        numbers(&kept)
    }
}

/// A list of orders with these numbers.
fn list_of<T: std::fmt::Display>(numbers: impl IntoIterator<Item = T>) -> String {
    let rows = numbers.into_iter().map(|number| format!("{number},2 Elm,Reno,NV,89501,Grass\n"));
    std::iter::once(HEADERS.to_owned()).chain(rows).collect()
}

fn numbers(kept: &Kept) -> Vec<String> {
    kept.orders.iter().map(|raw| record::decode(raw.as_bytes()).unwrap().number.into_owned()).collect()
}

#[tokio::test]
async fn a_full_import_of_files_that_hold_all_reads_the_newest_only() {
    let mut office = Office::new(&json!({ "holds_all_open_orders": true }));
    office.save_orders("b.csv", 1, &["1", "2"]);
    office.save_orders("a.csv", 2, &["2", "3"]);
    let (kept, list) = office.fetch(FULL).await.unwrap();
    assert_eq!((numbers(&kept), list), (vec!["2".to_owned(), "3".to_owned()], List::Complete));
    assert!(kept.received > 0 && kept.lost.is_empty());
    // What is older than what was read would only take the list back.
    assert!(office.numbers(REFRESH).await.is_empty());
    office.save_orders("c.csv", 3, &["4"]);
    assert_eq!(office.numbers(REFRESH).await, ["4"]);
}

#[tokio::test]
async fn without_that_a_full_import_reads_all_and_may_remove_nothing() {
    let mut office = Office::new(&json!({}));
    office.save_orders("b.csv", 2, &["2", "3"]);
    office.save_orders("a.csv", 1, &["1", "2"]);
    let (kept, list) = office.fetch(FULL).await.unwrap();
    assert_eq!((numbers(&kept).len(), list), (3, List::Open));
    assert_eq!(office.fetch(FULL).await.unwrap().0.orders, kept.orders, "every time");
}

#[tokio::test]
async fn a_refresh_reads_each_file_once_in_order_of_time() {
    let mut office = Office::new(&json!({ "pattern": "orders*.csv" }));
    office.save_orders("orders 2.csv", 2, &["2"]);
    office.save_orders("orders 1.csv", 1, &["1", "2"]);
    office.save_orders("other.csv", 3, &["9"]);
    assert_eq!(office.numbers(REFRESH).await, ["1", "2"]);
    assert!(office.numbers(REFRESH).await.is_empty());
    // Moved, copied, touched: the content was read.
    office.save_orders("orders 3.csv", 4, &["2"]);
    assert!(office.numbers(REFRESH).await.is_empty());
    office.save_orders("orders 1.csv", 5, &["1", "5"]);
    assert_eq!(office.numbers(REFRESH).await, ["1", "5"]);
}

#[tokio::test]
async fn the_newer_of_two_files_wins_whole() {
    let mut office = Office::new(&json!({}));
    office.save("a.csv", 1, format!("{HEADERS}1,2 Elm,Reno,NV,89501,Grass\n1,2 Elm,Reno,NV,89501,Debris\n"));
    office.save("b.csv", 2, format!("{HEADERS}1,3 Oak,Reno,NV,89501,Photos\n"));
    let (kept, _) = office.fetch(REFRESH).await.unwrap();
    assert_eq!(kept.orders.len(), 1);
    let order = record::decode(kept.orders[0].as_bytes()).unwrap();
    assert_eq!((order.tasks.len(), &*order.tasks[0].name), (1, "Photos"));
}

#[tokio::test]
async fn other_settings_read_everything_again() {
    let mut office = Office::new(&json!({}));
    office.save_orders("a.csv", 1, &["1"]);
    assert_eq!(office.numbers(REFRESH).await, ["1"]);
    office.settings["mapping"] = r#"{"Task": "reference"}"#.into();
    assert_eq!(office.numbers(REFRESH).await, ["1"]);
    assert!(office.numbers(REFRESH).await.is_empty());
}

#[tokio::test]
async fn a_file_that_is_being_written_waits() {
    let mut office = Office::new(&json!({}));
    office.save_orders("a.csv", 1, &["1"]);
    office.save_orders("b.csv", 2, &["2"]);
    let growing = office.folder.path().join("b.csv");
    let mut connector = office.connect().unwrap();
    connector.source.patience = Duration::from_millis(400);
    let writing = tokio::spawn(async move {
        for _ in 0..20 {
            let mut file = fs::File::options().append(true).open(&growing).unwrap();
            std::io::Write::write_all(&mut file, b"3,2 Elm,Reno,NV,89501,Grass\n").unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    tokio::time::sleep(Duration::from_millis(60)).await;
    let mut kept = Kept::default();
    let fetched = connector.fetch(REFRESH, &mut kept).await.unwrap();
    assert_eq!(numbers(&kept), ["1"]);
    assert!(matches!(fetched.list, List::Partial(why) if why.starts_with("b.csv is still being written")));
    let error = connector.fetch(FULL, &mut Kept::default()).await.unwrap_err();
    assert!(matches!(error, ConnectError::NoFile { may_pass: true, .. }), "{error}");
    writing.await.unwrap();
    office.memory = fetched.memory;
    let mut kept = Kept::default();
    let mut connector = office.connect().unwrap();
    connector.source.patience = Duration::from_millis(50);
    connector.fetch(REFRESH, &mut kept).await.unwrap();
    assert_eq!(numbers(&kept), ["2", "3"], "a file that was saved a moment ago is waited for");
}

#[tokio::test]
async fn an_order_without_a_number_is_said_and_sums_and_remarks_are_not() {
    let mut office = Office::new(&json!({ "holds_all_open_orders": true }));
    let rows = "1,2 Elm,Reno,NV,89501,Grass\n,,,,,Debris\n,3 Oak,Reno,NV,89501,Grass\nTotal of 2\n,,,,,\n";
    office.save("a.csv", 1, format!("Open orders\n\n{HEADERS}{rows}").replace("Total of 2", ",,2 orders,,,"));
    let (kept, _) = office.fetch(FULL).await.unwrap();
    assert_eq!(numbers(&kept), ["1"]);
    assert_eq!(record::decode(kept.orders[0].as_bytes()).unwrap().tasks.len(), 2);
    assert_eq!(kept.lost.len(), 1);
    assert_eq!(kept.lost[0].reason, "row 6 of a.csv: its number is missing");
}

#[tokio::test]
async fn validate_says_what_is_missing() {
    let office = Office::new(&json!({}));
    let wrong = async || office.connect().unwrap().validate().await.unwrap_err().to_string();
    assert!(wrong().await.contains("no file in the folder"));
    office.save("a.csv", 1, "WO #,City\n1,Reno\n");
    assert_eq!(
        wrong().await,
        "a.csv cannot be used: it has no column for: Address, State, ZIP; add it to the list in the client system, or say \
         in the mapping which column it is"
    );
    office.save("b.csv", 2, "a,b\n1,2\n");
    assert!(wrong().await.contains("none of its first rows"));
    office.save_orders("c.csv", 3, &[]);
    assert_eq!(office.connect().unwrap().validate().await.unwrap(), Value::Null);
    fs::remove_dir_all(office.folder.path()).unwrap();
    assert_eq!(wrong().await, "the path is not there");
}

#[tokio::test]
async fn validate_keeps_what_was_read() {
    let mut office = Office::new(&json!({}));
    office.save_orders("a.csv", 1, &["1"]);
    office.numbers(REFRESH).await;
    assert_eq!(office.connect().unwrap().validate().await.unwrap(), office.memory);
}

#[tokio::test]
async fn a_workbook_is_read_whatever_its_name_and_the_sheet_with_the_orders_is_found() {
    let mut office = Office::new(&json!({}));
    let notes = r#"<row r="1"><c t="inlineStr"><is><t>Notes</t></is></c></row>"#;
    let orders = Parts::of_rows(&[
        &["Open orders"],
        &["WO #", "Address", "City", "State", "Zip"],
        &["77", "2 Elm", "Reno", "Nevada", "89501"],
    ]);
    let mut parts = Parts::new(&[("Notes", "", notes), ("Orders", "", "")]);
    let (_, sheet) = orders.0.iter().find(|(name, _)| name.ends_with("sheet1.xml")).unwrap();
    parts.set_bytes("xl/worksheets/sheet2.xml", sheet.clone());
    office.save("orders.csv", 1, parts.zip());
    assert_eq!(office.numbers(FULL).await, ["77"]);
    let look = office.connect().unwrap().look().await.unwrap();
    assert_eq!(look.notes[0], "orders.csv: a workbook, of which the sheet Orders is read.");
    assert!(look.notes[1].contains("row 2"), "{look:?}");
}

#[tokio::test]
async fn hostile_files_are_refused_in_words_and_lose_nothing() {
    let mut wide = Parts::of_rows(&[]);
    let cells: String = (0..16_384).map(|_| r#"<c t="inlineStr"><is><t>City</t></is></c>"#).collect();
    wide.sheet(1, &format!(r#"<row r="1">{cells}</row>"#));
    let whole = Parts::of_rows(&[&["WO #", "Address"], &["1", "2 Elm"]]).zip();
    let mut cut = whole.clone();
    cut.truncate(whole.len() - 60);
    let mut flipped = whole.clone();
    let sheet = b"xl/worksheets/sheet1.xml";
    let packed = memchr::memmem::find(&flipped, sheet).unwrap() + sheet.len() + 8;
    flipped[packed..packed + 8].copy_from_slice(&[0xFF; 8]);
    for (name, content, word) in [
        ("wide.xlsx", wide.zip(), "512 columns"),
        ("cut.xlsx", cut, "damaged"),
        ("flipped.xlsx", flipped, "damaged"),
        ("page.xls.csv", b"<html><body><table><tr><td>WO #".to_vec(), "web page"),
        ("locked.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest".to_vec(), "password"),
        ("empty.xlsx", Vec::new(), "none of its first rows"),
        ("noise.csv", (0..=255).collect(), "no text"),
    ] {
        let mut office = Office::new(&json!({ "holds_all_open_orders": true }));
        office.save_orders("good.csv", 1, &["1"]);
        assert_eq!(office.numbers(FULL).await, ["1"]);
        let memory = office.memory.clone();
        office.save(name, 2, content);
        for ask in [FULL, REFRESH] {
            let error = office.fetch(ask).await.unwrap_err().to_string();
            assert!(error.starts_with(name) && error.contains(word), "{name}: {error}");
        }
        assert_eq!(office.memory, memory);
    }
}

#[tokio::test]
async fn a_look_shows_columns_rows_and_orders() {
    let mut office = Office::new(&json!({}));
    let row = format!("7;2 Elm;Reno;nevada;2134;{}\n", "x".repeat(400));
    let rows = (1..=12).map(|number| row.replacen('7', &number.to_string(), 1)).collect::<Vec<_>>().concat();
    office.save("a.csv", 1, format!("WO #;Address;City;State;Zip;Colour\n{rows}"));
    let look = office.connect().unwrap().look().await.unwrap();
    let columns: Vec<_> = look.columns.iter().map(|column| (column.name.as_str(), column.goes_to.as_deref())).collect();
    assert_eq!(columns[0], ("WO #", Some("number")));
    assert_eq!(columns[5], ("Colour", None));
    assert_eq!((look.rows.len(), look.rows[0].len(), look.rows[0][5].chars().count()), (10, 6, 301));
    assert_eq!(look.orders.len(), 5);
    assert!(look.orders[0].fields.iter().any(|field| field.name == "zip" && field.value == "02134"));
    assert!(look.notes[0].contains("UTF-8") && look.notes[0].contains("semicolon"), "{:?}", look.notes);
    // Also of a list from which nothing can be imported yet: that is what a look is for.
    office.save("b.csv", 2, "Job,Where,City\n1,2 Elm,Reno\n");
    let look = office.connect().unwrap().look().await.unwrap();
    assert!(look.orders.is_empty() && look.rows.len() == 1);
    assert!(look.notes.iter().any(|note| note.contains("No column is there for: the number")), "{:?}", look.notes);
    office.settings["mapping"] = r#"{"Job": "number", "Where": "address1"}"#.into();
    let look = office.connect().unwrap().look().await.unwrap();
    assert_eq!(look.orders[0].number, "1");
}

#[tokio::test]
async fn a_preset_that_was_saved_is_used_by_its_name() {
    let mut office = Office::new(&json!({ "preset": "ours" }));
    assert!(office.connect().unwrap_err()[0].message.contains("no such preset"));
    fs::create_dir(office.data.path().join("presets")).unwrap();
    let path = office.data.path().join("presets/ours.json");
    fs::write(&path, r#"{"Job": "number", "Where": "address1"}"#).unwrap();
    office.save("a.csv", 1, "Job,Where,City,State,Zip\n1,2 Elm,Reno,NV,89501\n");
    assert_eq!(office.numbers(REFRESH).await, ["1"]);
    fs::write(&path, r#"{"Job": "number", "Where": "address1", "City": "city"}"#).unwrap();
    assert_eq!(office.numbers(REFRESH).await, ["1"], "it was changed, so everything is read again");
    fs::write(&path, "no JSON").unwrap();
    assert_eq!(office.connect().unwrap_err()[0].field, "preset");

    // It is treated as what it was made from.
    office.save("b.csv", 2, "Job,Where,City,State,Zip,How it stands\n1,2 Elm,Reno,NV,89501,Complete\n");
    let mapping = r#"{"Job": "number", "Where": "address1", "How it stands": "client_status"}"#;
    for (base, fields) in [("", 5), ("xactprm", 6)] {
        fs::write(&path, format!(r#"{{"base": "{base}", "mapping": {mapping}}}"#)).unwrap();
        let order = office.connect().unwrap().look().await.unwrap().orders.remove(0);
        let is_closed = order.fields.iter().any(|field| field.name == "status" && field.value == "Closed");
        assert_eq!((order.fields.len(), is_closed), (fields, base == "xactprm"), "{order:?}");
        assert_eq!(office.numbers(REFRESH).await, ["1"], "another base reads everything again");
    }
}

#[test]
fn settings_that_cannot_be_used_are_refused_at_their_field() {
    let check = |settings: Value| -> Vec<String> {
        (DESCRIPTOR.check)(&settings).into_iter().map(|error| error.field).collect()
    };
    assert_eq!(check(json!({ "path": std::env::temp_dir() })), Vec::<String>::new());
    assert_eq!(check(json!({ "path": "orders.csv" })), ["path"]);
    assert_eq!(check(json!({})), ["path"]);
    let all = json!({
        "path": std::env::temp_dir(), "pattern": "[", "preset": "../../secrets", "mapping": "{\"a\":\"nowhere\"}",
    });
    assert_eq!(check(all), ["pattern", "preset", "mapping"]);
}

#[tokio::test]
async fn whoever_stops_waiting_stops_the_reading() {
    let office = Office::new(&json!({}));
    office.save("a.csv", 1, list_of(0..20_000));
    let token = Arc::new(());
    let (events, incoming) = mpsc::channel(1);
    let source = office.connect().unwrap().source;
    let files = source.files().await.unwrap().ready;
    let job = Job {
        source,
        files,
        memory: Memory::new(&Value::Null, ""),
        only_new: false,
        needs_all: false,
        alive: Alive::with(&token),
        events,
    };
    drop(token);
    assert!(matches!(job.run(), Err(ConnectError::Sink)));
    drop(incoming);
    assert_eq!(fs::read_dir(office.data.path()).unwrap().count(), 0);
}
