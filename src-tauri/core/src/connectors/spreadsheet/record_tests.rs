use super::super::layout::{Own, Rules};
use super::super::presets;
use super::*;

fn row(cells: &str) -> Row {
    let mut row = Row::default();
    row.clear(1);
    for (column, cell) in cells.split('|').enumerate() {
        if cell == "#REF!" { row.set_error(column) } else { row.set(column, cell) }
    }
    row
}

fn layout(headers: &str) -> Layout {
    Layout::of(headers.split('|').map(str::to_owned).collect(), &Rules::default())
}

fn raw_of(layout: &Layout, rows: &[&str]) -> Vec<u8> {
    let (before, behind) = frame(layout);
    let mut raw = before.into_bytes();
    for (place, cells) in rows.iter().enumerate() {
        if place > 0 {
            raw.push(b',');
        }
        write(&mut raw, layout, &row(cells), false).unwrap();
    }
    raw.extend_from_slice(behind.as_bytes());
    raw
}

/// The columns of a Pruvan Online export, as an admin said that it is one.
fn export(headers: &str) -> Layout {
    let rules = Rules { preset: presets::find("pruvan-online"), own: Own::default() };
    Layout::of(headers.split('|').map(str::to_owned).collect(), &rules)
}

/// The order of these rows, checked by a look at it.
fn order_of(headers: &str, rows: &[&str], look: impl FnOnce(&WorkOrder<'_>)) {
    let raw = raw_of(&layout(headers), rows);
    look(&decode(&raw).unwrap());
}

const ADDRESS: &str = "WO #|Address|City|State|Zip";

#[test]
fn a_row_becomes_an_order() {
    order_of(
        "WO #|Address|City|State|Zip|Due Date|Status|Instructions|Comments|Task|Lat",
        &["7|2 Elm \"B\"|Reno|Nevada|2134|12/4/26|rush|Cut <b>all</b>|line\none|Grass|39.5"],
        |order| {
            let text = |field| order.fields.text(field).unwrap_or("-");
            assert_eq!((&*order.key, &*order.number, order.code.as_deref()), ("7", "7", None));
            assert_eq!(text(Field::Address1), "2 Elm \"B\"");
            assert_eq!((text(Field::State), text(Field::Zip)), ("NV", "02134"));
            assert_eq!((text(Field::DueDate), text(Field::Status)), ("2026-12-04", "Rush"));
            assert_eq!(
                text(Field::Instructions),
                "<p>Instructions: Cut &lt;b>all&lt;/b><br>Comments: line<br>one</p>",
                "two columns go there, and what looks like HTML is none"
            );
            assert_eq!(text(Field::GpsLatitude), "39.5");
            assert_eq!(text(Field::Country), "-", "what has no column was not sent");
            assert_eq!(order.tasks.len(), 1);
            assert_eq!(&*order.tasks[0].name, "Grass");
            assert!(order.problems.is_empty() && order.missing_fields().is_empty(), "{order:?}");
        },
    );
}

#[test]
fn an_empty_cell_clears_and_a_cell_with_an_error_does_not() {
    order_of("WO #|Address|City|Reference|Due Date", &["7|2 Elm|#REF!||soon"], |order| {
        assert_eq!(order.fields.text(Field::Reference), Some(""));
        assert_eq!((order.fields.text(Field::City), order.fields.text(Field::DueDate)), (None, None));
        assert_eq!(order.problems, ["city: the cell holds an error", "due_date: \"soon\" is no date that can be read"]);
    });
}

#[test]
fn rows_of_one_number_are_its_tasks() {
    let headers = "Work Order Number|Address|City|State|Zip|Allocation Area|Line Item Description|Assigned To";
    let rows =
        ["7|2 Elm|Reno|NV|89501|North|Grass|bob", "7|2 Elm|Reno|NV|89501|South|Debris|bob", "|||||||", "7||||||Grass|"];
    order_of(headers, &rows, |order| {
        let tasks: Vec<&str> = order.tasks.iter().map(|task| &*task.name).collect();
        assert_eq!(tasks, ["Grass", "Debris", "Grass"]);
        assert_eq!(order.fields.text(Field::Reference), Some("South"), "the last one that says something");
        assert_eq!(order.fields.text(Field::City), Some("Reno"));
        assert_eq!(order.fields.text(Field::AssignedTo), None, "MCS never says who has an order here");
    });
    let own = Own::parse(r#"{"Assigned To": "assigned_to"}"#).unwrap();
    let rules = Rules { preset: presets::find("mcs"), own };
    let layout = Layout::of(headers.split('|').map(str::to_owned).collect(), &rules);
    let raw = raw_of(&layout, &rows[..1]);
    assert_eq!(decode(&raw).unwrap().fields.text(Field::AssignedTo), None, "whatever a mapping says");
}

#[test]
fn a_list_without_tasks_gives_each_order_one_and_an_empty_cell_sends_none() {
    order_of(ADDRESS, &["7|2 Elm|Reno|NV|89501"], |order| {
        assert_eq!(&*order.tasks[0].name, "Work order");
        assert_eq!(order.tasks.len(), 1);
    });
    order_of("WO #|Address|City|State|Zip|Task", &["7|2 Elm|Reno|NV|89501|"], |order| assert!(order.tasks.is_empty()));
}

const EXPORT: &str = "Project Number|Due Date|Field Status|Client Code|Tasks|Options|Client Status|Status|Address 1";

#[test]
fn a_pruvan_online_export_brings_tasks_and_codes() {
    let tasks = r#"[{"serviceName":"Grass","survey":"s1","instructions":"<b>Cut</b>","options":{"a":[1]}},{"serviceName":"Photos"}]"#;
    let cells = format!("NWF::77|12/4/2026 8:00|New|OTHER|{tasks}|a,b|Open|Complete|2 Elm");
    let check = |order: &WorkOrder<'_>| {
        assert_eq!((&*order.key, &*order.number, order.code.as_deref()), ("77", "77", Some("NWF")));
        assert_eq!(order.tasks.len(), 2);
        assert_eq!(order.tasks[0].survey.as_deref(), Some("s1"));
        assert_eq!(order.tasks[0].instructions.as_deref(), Some("<b>Cut</b>"));
        assert_eq!(order.tasks[0].options.as_deref(), Some(r#"{"a":[1]}"#));
        assert_eq!(order.fields.text(Field::Options), Some("\"a,b\""), "JSON, whatever it was");
        assert_eq!(order.fields.text(Field::Status), Some("Complete"));
        assert_eq!(order.fields.text(Field::DueDate), Some("2026-12-04"));
        assert!(order.problems.is_empty(), "{order:?}");
    };
    check(&decode(&raw_of(&export(EXPORT), &[&cells])).unwrap());
    let number = |cells: &str| {
        let raw = raw_of(&export(EXPORT), &[cells]);
        let order = decode(&raw).unwrap();
        (order.code.map(Cow::into_owned), order.number.into_owned(), order.problems)
    };
    let owned = |code: Option<&str>, number: &str| (code.map(str::to_owned), number.to_owned(), Vec::new());
    assert_eq!(number("77|||NWF||||"), owned(Some("NWF"), "77"));
    assert_eq!(number("77|||||||"), owned(None, "77"), "made by hand");
    assert_eq!(number("not a code::77|||||||"), owned(None, "not a code::77"));
    assert_eq!(number("NWF::|||||||"), owned(None, "NWF::"));
    assert_eq!(number("77||||cut grass|||").2, ["tasks: the cell is no list of tasks in JSON"]);
    assert_eq!(number("77||||[{|||").2.len(), 1);
}

#[test]
fn codes_are_an_admins_choice_and_part_of_what_rows_are_joined_by() {
    for (layout, keys, number) in [
        (export(EXPORT), ["NWF::77", "ACME::77", "NWF::77", "77"], "77"),
        (layout(EXPORT), ["77", "77", "nwf::77", "77"], "nwf::77"),
    ] {
        let rows = ["77|||NWF||||", "77|||ACME||||", "nwf::77|||||||", "77|||||||"];
        for (cells, key) in rows.into_iter().zip(keys) {
            assert_eq!(kind_of(&layout, &row(cells)), RowKind::Order(key.to_owned()));
        }
        let raw = raw_of(&layout, &[rows[2]]);
        let order = decode(&raw).unwrap();
        assert_eq!((&*order.number, order.code.is_some()), (number, layout.has_codes));
    }
}

#[test]
fn another_list_keeps_its_colons() {
    order_of(ADDRESS, &["NWF::7|2 Elm|Reno|NV|89501"], |order| {
        assert_eq!((&*order.number, order.code.as_deref()), ("NWF::7", None));
    });
}

#[test]
fn in_xactprm_what_is_over_is_closed() {
    let headers = "Project Name|Status|Type of Estimate|Estimator|File Number|Last Modified Date";
    for (status, closed) in [("Complete", true), ("CANCELLED", true), ("In Progress", false), ("", false)] {
        order_of(headers, &[&format!("Elm St|{status}|Bid|bob|77|12/4/2026")], |order| {
            assert_eq!(order.fields.text(Field::ClientStatus), Some(status));
            assert_eq!(order.fields.text(Field::Status), closed.then_some("Closed"), "{status}");
            assert_eq!(order.fields.text(Field::Description), Some("Elm St"));
        });
    }
    let raw = |modified: &str| raw_of(&layout(headers), &[&format!("Elm St|Open|Bid|bob|77|{modified}")]);
    assert_ne!(raw("12/4/2026"), raw("12/5/2026"), "Last Modified says that it is to be read again");
    assert_eq!(raw("12/4/2026"), raw("12/4/2026"));
}

#[test]
fn a_status_that_muster_does_not_have_is_the_clients() {
    order_of("WO #|Address|Status", &["7|2 Elm, Reno, NV 89501|Awaiting bid"], |order| {
        assert_eq!(order.fields.text(Field::Status), None);
        assert_eq!(order.fields.text(Field::ClientStatus), Some("Awaiting bid"));
    });
    order_of("WO #|Address|Status|Client Status", &["7|2 Elm, Reno, NV 89501|Awaiting bid|Open"], |order| {
        assert_eq!(order.fields.text(Field::ClientStatus), Some("Open"));
        assert_eq!(order.problems, ["status: \"Awaiting bid\" is not a known status"]);
    });
}

#[test]
fn an_address_in_one_cell_is_split_and_doubts_are_said() {
    order_of("WO #|Address", &["7|2 Elm St, Reno, NV 89501"], |order| {
        assert_eq!(order.fields.text(Field::City), Some("Reno"));
        assert!(order.problems.is_empty() && order.missing_fields().is_empty());
    });
    order_of("WO #|Address", &["7|2 Elm St Reno NV 89501"], |order| {
        assert_eq!(order.fields.text(Field::Zip), Some("89501"));
        assert!(order.problems[0].contains("look at it"), "{order:?}");
        assert_eq!(order.missing_fields(), ["city"]);
    });
}

#[test]
fn a_row_is_an_order_a_task_or_nothing() {
    let layout = layout("WO #|Address|City|State|Zip|Task");
    let kind = |cells: &str| kind_of(&layout, &row(cells));
    assert_eq!(kind(" 7 |2 Elm|Reno|NV|89501|Grass"), RowKind::Order("7".to_owned()));
    assert_eq!(kind("|||||Debris"), RowKind::Task);
    assert_eq!(kind("|||25|"), RowKind::Nothing);
    assert!(matches!(kind("|2 Elm|Reno|NV|89501|Grass"), RowKind::Nameless(_)));
    assert!(matches!(kind("#REF!|2 Elm|Reno|NV|89501|"), RowKind::Nameless(_)));
    assert!(matches!(kind("1.23457E+11|2 Elm|Reno|NV|89501|"), RowKind::Nameless(_)));
    assert_eq!(kind("E+11|2 Elm||||"), RowKind::Order("E+11".to_owned()));
}

#[test]
fn days_of_a_workbook_from_1904_are_told_apart() {
    let layout = layout("WO #|Due Date|Zip");
    let mut raw = Vec::new();
    write(&mut raw, &layout, &row("44898|44898|44898"), true).unwrap();
    assert_eq!(String::from_utf8(raw).unwrap(), r#"{"number":"44898","due_date":"46360","zip":"44898"}"#);
}
