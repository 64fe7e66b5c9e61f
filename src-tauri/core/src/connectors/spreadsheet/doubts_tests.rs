//! Files that cannot be read, or that cannot be trusted to be the whole list: they are said, and remove nothing.

use super::*;

#[tokio::test]
async fn a_quotation_mark_that_is_missing_removes_nothing() {
    let mut office = Office::new(&json!({ "holds_all_open_orders": true }));
    office.save("a.csv", 1, list_of(1..5).replace("3,2 Elm", "3,\"2 Elm"));
    let (kept, _) = office.fetch(FULL).await.unwrap();
    assert_eq!((kept.orders.len(), kept.lost.len()), (3, 1));
    assert!(kept.lost[0].reason.starts_with("a.csv: a quotation mark is missing"), "{:?}", kept.lost);
}

#[tokio::test]
async fn a_second_sheet_with_orders_is_said_and_one_without_is_not() {
    let mut office = Office::new(&json!({ "holds_all_open_orders": true }));
    let rows: [&[&str]; 2] = [&["WO #", "Address", "City", "State", "Zip"], &["77", "2 Elm", "Reno", "NV", "89501"]];
    let part = |rows: &[&[&str]]| {
        let parts = Parts::of_rows(rows);
        parts.0.into_iter().find(|(name, _)| name.ends_with("sheet1.xml")).unwrap().1
    };
    for (attributes, second, lost) in [
        ("", part(&rows), 1),
        ("", part(&rows[..1]), 0),
        ("", part(&[&["WO #", "Paid"], &["77", "yes"]]), 0),
        (r#"state="hidden""#, part(&rows), 0),
    ] {
        let mut parts = Parts::new(&[("Open", "", ""), ("More", attributes, "")]);
        parts.set_bytes("xl/worksheets/sheet1.xml", part(&rows));
        parts.set_bytes("xl/worksheets/sheet2.xml", second);
        office.save("a.xlsx", 1, parts.zip());
        let (kept, _) = office.fetch(FULL).await.unwrap();
        assert_eq!((kept.orders.len(), kept.lost.len()), (1, lost), "{:?}", kept.lost);
        assert!(kept.lost.iter().all(|lost| lost.reason.starts_with("a.xlsx: the sheet More")), "{:?}", kept.lost);
    }
    let many: Vec<String> = (0..40).map(|number| format!("Sheet {number}")).collect();
    let mut parts = Parts::new(&many.iter().map(|name| (name.as_str(), "", "")).collect::<Vec<_>>());
    parts.set_bytes("xl/worksheets/sheet1.xml", part(&rows));
    office.save("a.xlsx", 2, parts.zip());
    let (kept, _) = office.fetch(FULL).await.unwrap();
    assert!(kept.lost[0].reason.starts_with("a.xlsx: 8 sheets"), "{:?}", kept.lost);
}

#[tokio::test]
async fn what_is_older_than_what_was_read_removes_nothing() {
    let mut office = Office::new(&json!({ "holds_all_open_orders": true }));
    office.save_orders("monday.csv", 1, &["1"]);
    office.save_orders("tuesday.csv", 2, &["2"]);
    assert_eq!(office.fetch(FULL).await.unwrap().1, List::Complete);
    assert_eq!(office.fetch(FULL).await.unwrap().1, List::Complete, "the same once more");
    fs::remove_file(office.folder.path().join("tuesday.csv")).unwrap();
    let (kept, list) = office.fetch(FULL).await.unwrap();
    assert_eq!((list, kept.notes.len()), (List::Open, 1));
    assert!(kept.notes[0].contains("newer than monday.csv"), "{:?}", kept.notes);
    office.save_orders("wednesday.csv", 3, &["3"]);
    assert_eq!(office.fetch(FULL).await.unwrap().1, List::Complete);
}

#[tokio::test]
async fn a_file_from_the_future_is_not_the_newest() {
    let mut office = Office::new(&json!({ "holds_all_open_orders": true }));
    let hours = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() / 3_600;
    office.save_orders("a.csv", hours + 3, &["1"]);
    let mut connector = office.connect().unwrap();
    connector.source.patience = Duration::from_millis(1);
    let error = connector.fetch(FULL, &mut Kept::default()).await.unwrap_err();
    assert!(error.to_string().starts_with("the time of a.csv lies in the future"), "{error}");
    // It does not stand in the way of those that come after it.
    connector.fetch(REFRESH, &mut Kept::default()).await.map(|fetched| office.memory = fetched.memory).unwrap();
    fs::remove_file(office.folder.path().join("a.csv")).unwrap();
    office.save_orders("b.csv", hours - 3, &["1"]);
    assert_eq!(office.fetch(FULL).await.unwrap().1, List::Complete);
}

#[tokio::test]
async fn one_file_that_cannot_be_read_does_not_stop_the_others() {
    let mut office = Office::new(&json!({}));
    office.save_orders("a.csv", 1, &["1", "2"]);
    let long = format!("{HEADERS}2,3 Oak,Reno,NV,89501,Half\n3,\"{}", "x,y\n".repeat(1_500_000));
    office.save("long.csv", 2, long);
    office.save("page.csv", 3, "<html><table>");
    office.save_orders("b.csv", 4, &["4"]);
    for ask in [REFRESH, FULL] {
        let (kept, list) = office.fetch(ask).await.unwrap();
        assert_eq!(list, List::Partial("long.csv could not be read".to_owned()));
        assert_eq!(numbers(&kept), ["1", "2", "4"]);
        assert!(kept.orders.iter().all(|order| !order.contains("Half")), "half of a file replaces nothing");
        assert!(kept.lost[0].reason.contains("long.csv") && kept.lost[1].reason.starts_with("page.csv"), "{kept:?}");
    }
    // They are not remembered as read, and when they are mended, they are read.
    office.save_orders("long.csv", 5, &["5"]);
    office.save_orders("page.csv", 6, &["6"]);
    let (kept, list) = office.fetch(REFRESH).await.unwrap();
    assert_eq!((numbers(&kept), list), (vec!["5".to_owned(), "6".to_owned()], List::Complete));
}

#[tokio::test]
async fn codes_of_an_export_that_nobody_chose_are_left_alone_and_it_is_said() {
    let mut office = Office::new(&json!({}));
    office.save("a.csv", 1, "Project Number,Client Code,Address,City,State,Zip\nNWF::1,NWF,2 Elm,Reno,NV,89501\n");
    let (kept, _) = office.fetch(FULL).await.unwrap();
    assert_eq!((numbers(&kept), kept.notes.len()), (vec!["NWF::1".to_owned()], 1));
    assert!(kept.notes[0].contains("choose the preset pruvan-online"), "{:?}", kept.notes);
    office.settings["preset"] = "pruvan-online".into();
    let (kept, _) = office.fetch(FULL).await.unwrap();
    assert_eq!((numbers(&kept), kept.notes.len()), (vec!["1".to_owned()], 0));
}

#[cfg(unix)]
#[test]
fn a_preset_that_is_a_pipe_is_not_waited_for() {
    let office = Office::new(&json!({ "preset": "ours" }));
    fs::create_dir(office.data.path().join("presets")).unwrap();
    let path = office.data.path().join("presets/ours.json");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(office.connect().unwrap_err()[0].message.contains("is no file"));
}
