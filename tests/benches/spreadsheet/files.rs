//! The files that are imported, and reading them with nothing around it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use calamine::{Reader as _, Xlsx};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::Result;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Format {
    Csv,
    Xlsx,
}

const HEADERS: [&str; 12] = [
    "Work Order Number",
    "Address",
    "City",
    "State",
    "Zip",
    "Due Date",
    "Client Status",
    "Work Type",
    "Instructions",
    "Reference",
    "Description",
    "Customer",
];

/// A row like those of a real list.
fn row(number: u32) -> [String; 12] {
    let of = |many: u32| number.wrapping_mul(2_654_435_761) % many;
    [
        format!("S-{}", 10_001 + number),
        format!("{} Elm Street", 1 + of(9_800)),
        ["Reno", "Tulsa", "Salt Lake City", "Boston"][of(4) as usize].to_owned(),
        ["NV", "OK", "UT", "MA"][of(4) as usize].to_owned(),
        format!("{:05}", 1_000 + of(90_000)),
        format!("{}/{}/2026", 1 + of(12), 1 + of(28)),
        "Open".to_owned(),
        ["Grass Cut", "Winterization", "Inspection"][of(3) as usize].to_owned(),
        format!("Photos before, during and after; call 555-{:04} with questions.\nLock box {}", of(10_000), of(9_999)),
        format!("R{}", of(1_000)),
        format!("${}.00", 45 + of(40) * 5),
        "First Bank".to_owned(),
    ]
}

impl Format {
    /// Writes a file of so many orders, each a row.
    pub(crate) fn write(self, folder: &Path, rows: u32) -> Result<PathBuf> {
        let path = folder.join(format!("orders.{}", format!("{self:?}").to_lowercase()));
        let file = BufWriter::new(File::create(&path)?);
        match self {
            Self::Csv => write_csv(file, rows)?,
            Self::Xlsx => write_xlsx(file, rows)?,
        }
        // So that nobody waits for it to be finished.
        let earlier = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
        File::options().write(true).open(&path)?.set_modified(earlier)?;
        Ok(path)
    }

    /// Reads every cell of every row. How many rows there are.
    pub(crate) fn read(self, path: &Path) -> Result<u64> {
        let mut rows = 0;
        match self {
            Self::Csv => {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path)?;
                let mut record = csv::ByteRecord::new();
                while reader.read_byte_record(&mut record)? {
                    rows += u64::from(!record.is_empty());
                }
            }
            Self::Xlsx => {
                let mut book = Xlsx::new(BufReader::new(File::open(path)?))?;
                let mut cells = book.worksheet_cells_reader("Orders")?;
                while let Some(cell) = cells.next_cell()? {
                    rows = u64::from(cell.get_position().0) + 1;
                }
            }
        }
        Ok(rows)
    }
}

fn write_csv(mut file: BufWriter<File>, rows: u32) -> Result {
    let line = |cells: Vec<String>| {
        cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",")
    };
    writeln!(file, "{}", HEADERS.join(","))?;
    for number in 0..rows {
        writeln!(file, "{}", line(row(number).to_vec()))?;
    }
    Ok(file.flush()?)
}

/// A workbook as Excel writes it: the texts in a part of their own.
fn write_xlsx(file: BufWriter<File>, rows: u32) -> Result {
    let mut zip = ZipWriter::new(file);
    let mut texts = Vec::new();
    let mut sheet = String::from("<worksheet><sheetData>");
    let headers = HEADERS.map(str::to_owned);
    for (place, cells) in std::iter::once(headers).chain((0..rows).map(row)).enumerate() {
        write!(sheet, r#"<row r="{}">"#, place + 1)?;
        for (column, cell) in (b'A'..).zip(cells) {
            write!(sheet, r#"<c r="{}{}" t="s"><v>{}</v></c>"#, char::from(column), place + 1, texts.len())?;
            texts.push(cell);
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let mut strings = format!(r#"<sst uniqueCount="{}">"#, texts.len());
    for text in texts {
        write!(strings, "<si><t>{text}</t></si>")?;
    }
    strings.push_str("</sst>");
    let related = |kind: &str, target: &str| {
        format!(
            r#"<Relationships><Relationship Id="r1" Type="x/relationships/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    for (name, content) in [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", related("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", related("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="Orders" sheetId="1" r:id="r1"/></sheets></workbook>"#.to_owned(),
        ),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip.finish()?.flush()?)
}
