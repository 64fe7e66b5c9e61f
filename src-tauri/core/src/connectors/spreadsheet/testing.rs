//! Files for tests: texts, and workbooks that are put together part by part so that each part may be wrong.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::files::{Found, list};
use super::job::Alive;

impl Alive {
    /// Somebody waits until the end.
    pub(super) fn for_ever() -> Self {
        static TOKEN: LazyLock<Arc<()>> = LazyLock::new(|| Arc::new(()));
        Self::with(&TOKEN)
    }
}

/// A file in a folder of its own.
pub(super) fn written(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// That file, as it is found.
pub(super) fn found(path: &Path) -> Found {
    list(path, "").unwrap().remove(0)
}

/// The parts of a workbook: names and contents.
#[derive(Debug, Clone)]
pub(super) struct Parts(pub(super) Vec<(String, Vec<u8>)>);

impl Parts {
    /// A workbook with sheets: name, attributes of the sheet, and what stands in `sheetData`.
    pub(super) fn new(sheets: &[(&str, &str, &str)]) -> Self {
        let mut parts = Self(Vec::new());
        parts.set("[Content_Types].xml", "<Types/>");
        parts.set(
            "_rels/.rels",
            r#"<Relationships><Relationship Id="r" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        );
        let (mut listed, mut related) = (String::new(), String::new());
        for (place, (name, attributes, data)) in sheets.iter().enumerate() {
            let number = place + 1;
            write!(listed, r#"<sheet name="{name}" sheetId="{number}" {attributes} r:id="r{number}"/>"#).unwrap();
            let target = format!("worksheets/sheet{number}.xml");
            write!(related, r#"<Relationship Id="r{number}" Type="x/worksheet" Target="{target}"/>"#).unwrap();
            parts.sheet(place + 1, data);
        }
        parts.set("xl/workbook.xml", &format!("<workbook><workbookPr/><sheets>{listed}</sheets></workbook>"));
        parts.set("xl/_rels/workbook.xml.rels", &format!("<Relationships>{related}</Relationships>"));
        parts.set(
            "xl/styles.xml",
            r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#,
        );
        parts
    }

    /// The usual one: headers and orders as texts in the cells, in the one sheet.
    pub(super) fn of_rows(rows: &[&[&str]]) -> Self {
        let mut data = String::new();
        for (place, row) in rows.iter().enumerate() {
            write!(data, r#"<row r="{}">"#, place + 1).unwrap();
            for cell in *row {
                write!(data, r#"<c t="inlineStr"><is><t>{cell}</t></is></c>"#).unwrap();
            }
            data += "</row>";
        }
        Self::new(&[("Orders", "", &data)])
    }

    pub(super) fn set(&mut self, name: &str, content: &str) {
        self.set_bytes(name, content.as_bytes().to_vec());
    }

    pub(super) fn set_bytes(&mut self, name: &str, content: Vec<u8>) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), content));
    }

    pub(super) fn sheet(&mut self, number: usize, data: &str) {
        let sheet = format!("<worksheet><sheetData>{data}</sheetData></worksheet>");
        self.set(&format!("xl/worksheets/sheet{number}.xml"), &sheet);
    }

    /// The texts that cells refer to.
    pub(super) fn strings(&mut self, claimed: &str, strings: &[&str]) {
        let items = strings.iter().map(|text| format!("<si><t>{text}</t></si>")).collect::<Vec<_>>().concat();
        self.set("xl/sharedStrings.xml", &format!(r#"<sst count="1" uniqueCount="{claimed}">{items}</sst>"#));
    }

    pub(super) fn zip(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.0 {
            zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}
