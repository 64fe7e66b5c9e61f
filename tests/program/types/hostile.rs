//! Files that somebody made to do harm, or that came to harm: a clear error, and nothing is lost.

use super::counts;
use super::files::{Folder, list};
use super::workbook::{Workbook, rows};

/// Files, the error's code, and a word of what is said.
fn files() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let good = Workbook::of_text(&list(1..6));
    let whole = good.zip();
    let columns = (0..16_384).map(|at| format!("Column {at}")).collect::<Vec<_>>().join(",");
    let with = |part: &str, content: &str| {
        let mut book = good.clone();
        book.set(part, content);
        book.zip()
    };
    let laughs = "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><worksheet>&b;</worksheet>";
    // Shorter than what a cell may hold, so that nothing but their number is wrong.
    let blanks = " ".repeat(30_000);
    let bomb = format!("<worksheet><sheetData>{}</sheetData></worksheet>", format!("<row/>{blanks}").repeat(1_500));
    let texts = format!(r#"<sst uniqueCount="1">{}</sst>"#, format!("<si><t>{blanks}</t></si>").repeat(1_500));
    let long = format!(r#"<sst uniqueCount="1"><si><t>{}</t></si></sst>"#, " ".repeat(10 * 1024 * 1024));
    vec![
        ("bomb.xlsx", with("xl/worksheets/sheet1.xml", &bomb), "too_large", "unpacks"),
        ("texts.xlsx", with("xl/sharedStrings.xml", &texts), "too_large", "unpacks"),
        ("long.xlsx", with("xl/sharedStrings.xml", &long), "not_understood", "longer"),
        ("laughs.xlsx", with("xl/worksheets/sheet1.xml", laughs), "not_understood", "entities"),
        ("lies.xlsx", with("xl/sharedStrings.xml", r#"<sst uniqueCount="4000000000"/>"#), "not_understood", "texts"),
        ("wide.xlsx", Workbook::of_text(&columns).zip(), "not_understood", "columns"),
        ("wide.csv", format!("{columns}\n1,2,3\n").into_bytes(), "not_understood", "columns"),
        ("half.xlsx", whole[..whole.len() / 2].to_vec(), "not_understood", "damaged"),
        ("archive.xlsx", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), "not_understood", "archive"),
        ("locked.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "not_understood", "password"),
        ("page.csv", b"<html><body>Session expired".to_vec(), "not_understood", "web page"),
        ("noise.csv", (0..=255).cycle().take(9_999).collect(), "not_understood", "no text"),
        ("empty.csv", Vec::new(), "not_understood", "headers"),
    ]
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_in_words_and_loses_nothing() {
    let folder = Folder::with("spreadsheet", &["holds_all_open_orders=on"]).await;
    folder.save("good.csv", 1, list(1..9));
    assert_eq!(counts(&folder.import("full-import").await.ok()), [8, 0, 0]);
    let before = folder.program.printed().await;
    for (name, content, code, word) in files() {
        let path = folder.save(name, 2, content);
        let validated = folder.program.json(&["validate", "FILES"]).await;
        assert_eq!(validated.status, Some(1), "{name}");
        validated.error(1, code);
        for kind in ["refresh", "full-import"] {
            let import = folder.import(kind).await.with_status(1);
            let message = import["error"]["message"].as_str().unwrap();
            assert_eq!((&import["outcome"], &import["error"]["code"]), (&"failed".into(), &code.into()), "{name}");
            let named = message.to_lowercase().contains(name);
            assert!(named && message.contains(word), "{name}: no {word} in {message}");
        }
        let people = folder.program.human(&["full-import", "FILES"]).await;
        assert_eq!(people.status, Some(1), "{name}");
        assert!(people.out.contains(word) || people.err.contains(word), "{name}: {} {}", people.out, people.err);
        assert!(folder.program.printed().await == before, "{name}");
        assert_eq!(folder.program.integration("FILES").await["status"], "error", "{name}");
        std::fs::remove_file(path).unwrap();
    }
    folder.save("good.csv", 3, list(1..10));
    assert_eq!(counts(&folder.import("full-import").await.ok()), [1, 0, 0]);
    assert_eq!(folder.program.integration("FILES").await["status"], "idle");
}

#[tokio::test]
async fn what_only_looks_dangerous_is_read() {
    let folder = Folder::with("spreadsheet", &["holds_all_open_orders=on"]).await;
    let far = r#"<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far away</t></is></c></row>"#;
    let mut book = Workbook::new(&(rows(&list(1..4)) + far));
    folder.save("far.xlsx", 1, book.zip());
    assert_eq!(counts(&folder.import("full-import").await.ok()), [3, 0, 0]);
    // Of a formula its value counts, and nothing in a text is ever run.
    let formula = r#"<c t="str"><f>HYPERLINK("http://127.0.0.1:9/","x")</f><v>9 Pine Rd</v></c>"#;
    let text = r#"<c t="inlineStr"><is><t>=CMD|'/c calc'!A0</t></is></c>"#;
    let cells = rows("4,12/4/26").replace("</row>", formula) + text + &rows("OK,74101,Grass cut").replace("<row>", "");
    book.sheet(&(rows(&list(1..4)) + &cells));
    folder.save("formula.xlsx", 2, book.zip());
    assert_eq!(counts(&folder.import("full-import").await.ok()), [1, 0, 0]);
    let shown = folder.program.json(&["projects", "show", "FILES::4"]).await.ok().to_string();
    assert!(shown.contains("9 Pine Rd") && shown.contains("=CMD|") && !shown.contains("HYPERLINK"), "{shown}");
}
