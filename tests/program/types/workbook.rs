//! Workbooks that are put together part by part, so that each part may be wrong.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The parts of a workbook with one sheet: names and contents.
#[derive(Debug, Clone)]
pub(super) struct Workbook(Vec<(String, String)>);

impl Workbook {
    /// With that in its sheet.
    pub(super) fn new(rows: &str) -> Self {
        let mut book = Self(Vec::new());
        book.set("[Content_Types].xml", "<Types/>");
        let related = |kind: &str, target: &str| {
            format!(
                r#"<Relationships><Relationship Id="r1" Type="x/relationships/{kind}" Target="{target}"/></Relationships>"#
            )
        };
        book.set("_rels/.rels", &related("officeDocument", "xl/workbook.xml"));
        book.set("xl/_rels/workbook.xml.rels", &related("worksheet", "worksheets/sheet1.xml"));
        book.set(
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="Orders" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        );
        book.sheet(rows);
        book
    }

    /// Of the rows of a text with commas.
    pub(super) fn of_text(text: &str) -> Self {
        Self::new(&rows(text))
    }

    /// With that in its sheet instead.
    pub(super) fn sheet(&mut self, rows: &str) {
        let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        self.set("xl/worksheets/sheet1.xml", &sheet);
    }

    /// With that part, added or replaced.
    pub(super) fn set(&mut self, name: &str, content: &str) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), content.to_owned()));
    }

    /// As a file.
    pub(super) fn zip(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.0 {
            zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

/// The rows of a text with commas, each cell with its text in it.
pub(super) fn rows(text: &str) -> String {
    text.lines().fold(String::new(), |mut rows, line| {
        rows.push_str("<row>");
        for cell in line.split(',') {
            write!(rows, r#"<c t="inlineStr"><is><t>{cell}</t></is></c>"#).unwrap();
        }
        rows + "</row>"
    })
}
