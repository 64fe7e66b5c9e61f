use super::super::testing::{Parts, found, written};
use super::*;

fn open(parts: &Parts) -> Result<Workbook, ConnectError> {
    let (_folder, path) = written("a.xlsx", &parts.zip());
    let found = found(&path);
    Workbook::open(&found, found.open().unwrap(), &Alive::for_ever())
}

fn read(parts: &Parts) -> Result<Vec<(u64, Vec<String>)>, ConnectError> {
    let mut rows = Vec::new();
    open(parts)?.rows(0, &Alive::for_ever(), &mut |row| {
        rows.push((row.place, row.texts()));
        Ok(Step::On)
    })?;
    Ok(rows)
}

fn sheet(data: &str) -> Parts {
    Parts::new(&[("Orders", "", data)])
}

fn texts(data: &str) -> Vec<String> {
    read(&sheet(data)).unwrap().into_iter().flat_map(|(_, texts)| texts).collect()
}

#[test]
fn every_kind_of_cell_becomes_its_text() {
    let mut parts = sheet(
        r#"<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>
        <c r="C1"><v>12345</v></c><c r="D1"><v>0.5</v></c><c r="E1" t="b"><v>1</v></c><c r="F1" s="1"><v>46360</v></c>
        <c r="G1" s="2"><v>46360.75</v></c><c r="H1" t="str"><f>A1&amp;"x"</f><v>formula</v></c>
        <c r="I1" t="e"><v>#REF!</v></c><c r="J1" t="e"><v>#N/A</v></c><c r="K1" t="d"><v>2026-12-04</v></c>
        <c r="L1"><v>123456789012345</v></c><c r="M1"/></row>"#,
    );
    parts.strings("2", &["no", "shared &amp; text"]);
    let expected = [
        "shared & text",
        "inline",
        "12345",
        "0.5",
        "TRUE",
        "2026-12-04",
        "2026-12-04 18:00:00",
        "formula",
        "#",
        "",
        "2026-12-04",
        "123456789012345",
    ];
    assert_eq!(read(&parts).unwrap(), [(1, expected.map(str::to_owned).to_vec())]);
}

#[test]
fn the_text_of_a_formula_is_never_seen() {
    let data = r#"<row r="1"><c r="A1"><f>HYPERLINK("http://example.com")</f></c><c r="B1" t="str"><f>CMD()</f><v>x</v></c></row>"#;
    assert_eq!(texts(data), ["", "x"]);
}

#[test]
fn days_are_counted_from_1904_where_the_workbook_says_so() {
    let mut parts = sheet(r#"<row r="1"><c r="A1" s="1"><v>44898</v></c></row>"#);
    parts.set("xl/workbook.xml", r#"<workbook><workbookPr date1904="1"/><sheets><sheet name="Orders" sheetId="1" r:id="r1"/></sheets></workbook>"#);
    assert!(open(&parts).unwrap().is_1904);
    assert_eq!(read(&parts).unwrap()[0].1, ["2026-12-04"]);
}

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let data = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#;
    assert_eq!(read(&sheet(data)).unwrap(), [(1, vec!["1".to_owned()])]);
    // Nor does a sheet that says that it reaches there.
    let mut parts = sheet("");
    parts.set(
        "xl/worksheets/sheet1.xml",
        r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>"#,
    );
    assert_eq!(read(&parts).unwrap(), [(1, vec!["1".to_owned()])]);
}

#[test]
fn an_error_that_is_not_known_is_an_empty_cell() {
    let data = r#"<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>#SPILL!</v></c><c r="C1"><v>3</v></c></row>"#;
    assert_eq!(texts(data), ["1", "", "3"]);
}

#[test]
fn only_sheets_that_one_can_see_are_looked_at() {
    let parts =
        Parts::new(&[("Lists", r#"state="hidden""#, ""), ("Orders", "", ""), ("Old", r#"state="veryHidden""#, "")]);
    assert_eq!(open(&parts).unwrap().sheets, ["Orders"]);
}

#[test]
fn a_text_that_very_many_cells_refer_to_does_not_fill_the_memory() {
    let long = "x".repeat(60_000);
    let cells: String = (0..500).map(|_| r#"<c t="s"><v>0</v></c>"#).collect();
    let mut parts = sheet(&format!(r#"<row r="1">{cells}</row><row r="2"><c r="A2"><v>2</v></c></row>"#));
    parts.strings("1", &[&long]);
    let mut sizes = Vec::new();
    open(&parts)
        .unwrap()
        .rows(0, &Alive::for_ever(), &mut |row| {
            sizes.push(row.too_large);
            Ok(Step::On)
        })
        .unwrap();
    assert_eq!(sizes, [true, false]);
}

#[test]
fn a_workbook_that_is_not_written_as_they_are_is_refused_in_words() {
    for data in [
        r#"<row r="1"><c r="A1" t="s"><v>99</v></c></row>"#,
        r#"<row r="1"><c r="A1" t="str"><v>&lol;</v></c></row>"#,
        r#"<row r="1"><c r="A1" t="x"><v>1</v></c></row>"#,
        r#"<row r="?"><c r="A1"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="1"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="A1"><odd>1</odd></c></row>"#,
        r#"<row r="1"><c r="A1"><v>1"#,
    ] {
        let error = read(&sheet(data)).unwrap_err().to_string();
        assert!(error.starts_with("a.xlsx cannot be used: it is damaged"), "{data}: {error}");
    }
    let mut parts = sheet("");
    parts.0.retain(|(name, _)| name != "xl/workbook.xml" && name != "_rels/.rels");
    assert!(read(&parts).unwrap_err().to_string().contains("no workbook"));
}

#[test]
fn damage_anywhere_is_an_error_or_changes_nothing() {
    let mut parts = sheet(r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>2</v></c></row>"#);
    parts.strings("1", &["text"]);
    let whole = parts.zip();
    let expected = read(&parts).unwrap();
    for place in (0..whole.len()).step_by(23) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x55;
        let (_folder, path) = written("a.xlsx", &damaged);
        let found = found(&path);
        let Ok(mut book) = Workbook::open(&found, found.open().unwrap(), &Alive::for_ever()) else { continue };
        let mut rows = Vec::new();
        let read = book.rows(0, &Alive::for_ever(), &mut |row| {
            rows.push((row.place, row.texts()));
            Ok(Step::On)
        });
        assert!(read.is_err() || rows == expected, "{place}: {rows:?}");
    }
}
