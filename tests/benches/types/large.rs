//! Files of 100 MB: in bounded memory where the format allows, else refused with words.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use muster_core::model::{Import, Outcome};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::Result;
use crate::office::{Office, folder, forget_peak};

/// How large a file is at least, in bytes.
const LENGTH: u64 = 100_000_000;
/// The most memory above what was there before, in bytes.
const MOST: u64 = 200_000_000;

const HEADERS: [&str; 8] =
    ["Work Order Number", "Address", "City", "State", "Zip", "Due Date", "Service", "Instructions"];

/// A kind of file: its name, how many rows it has, and how long the instructions in it are.
#[derive(Debug, Clone, Copy)]
struct Large {
    name: &'static str,
    write: fn(BufWriter<File>, Self) -> Result,
    rows: u32,
    /// In words of 16 digits that no compression makes shorter than half.
    words: u32,
    /// Whether it cannot be read.
    refused: bool,
}

const FILES: [Large; 4] = [
    Large { name: "short rows.csv", write: csv, rows: 480_000, words: 9, refused: false },
    Large { name: "long rows.csv", write: csv, rows: 50_000, words: 120, refused: false },
    Large { name: "texts in cells.xlsx", write: in_cells, rows: 60_000, words: 210, refused: false },
    Large { name: "shared texts.xlsx", write: shared, rows: 60_000, words: 210, refused: true },
];

#[expect(clippy::print_stdout, reason = "what a benchmark says, it says on the console")]
pub(crate) async fn bench() -> Result {
    println!("Files of 100 MB, first Full Import:\n");
    println!("| file | MB | rows | CPU s | wall s | peak MB above idle | outcome |");
    println!("|---|--:|--:|--:|--:|--:|---|");
    for large in FILES {
        let folder = folder()?;
        let path = folder.path().join(large.name);
        (large.write)(BufWriter::new(File::create(&path)?), large)?;
        let length = settle(&path)?;
        let office = Office::new("spreadsheet", &json!({ "path": path }), Vec::new()).await?;
        forget_peak()?;
        let (import, cost) = office.import().await?;
        let Large { name, rows, .. } = large;
        let (megabytes, peak) = (length / 1_000_000, cost.peak / 1_000_000);
        let outcome = words(&import);
        println!("| {name} | {megabytes} | {rows} | {:.1} | {:.1} | {peak} | {outcome} |", cost.cpu, cost.wall);
        let is_refused = import.outcome == Some(Outcome::Failed);
        if length < LENGTH || cost.peak > MOST || is_refused != large.refused {
            return Err(format!("{name}: {length} bytes, {} bytes of memory, {import:?}", cost.peak).into());
        }
    }
    Ok(())
}

fn words(import: &Import) -> String {
    match &import.error {
        Some(error) => error.message.clone(),
        None => format!("{} added", import.counts.added),
    }
}

/// Makes it old, so that nobody waits for it to be finished. How long it is.
fn settle(path: &Path) -> Result<u64> {
    let file = File::options().write(true).open(path)?;
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_hours(1))?;
    Ok(file.metadata()?.len())
}

/// The cells of a row.
fn row(number: u32, large: Large) -> [String; 8] {
    let mut noise = u64::from(number) << 20 | 1;
    let mut word = || {
        // SplitMix64: the same for the same number, and without a pattern that could be packed.
        noise = noise.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (noise ^ noise >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        format!("{:016x}", mixed ^ mixed >> 31)
    };
    let instructions = (0..large.words).map(|_| word()).collect::<Vec<_>>().join(" ");
    let texts = ["12/4/2026", "Grass cut"].map(str::to_owned);
    let [due, service] = texts;
    let [city, state, zip] = ["Tulsa", "OK", "74101"].map(str::to_owned);
    [format!("S-{number}"), format!("{number} Elm Street"), city, state, zip, due, service, instructions]
}

fn csv(mut file: BufWriter<File>, large: Large) -> Result {
    writeln!(file, "{}", HEADERS.join(","))?;
    for number in 0..large.rows {
        writeln!(file, "{}", row(number, large).join(","))?;
    }
    Ok(file.flush()?)
}

/// A workbook whose cells hold their texts.
fn in_cells(file: BufWriter<File>, large: Large) -> Result {
    let mut zip = workbook(file)?;
    zip.start_file("xl/worksheets/sheet1.xml", packed())?;
    zip.write_all(b"<worksheet><sheetData>")?;
    for cells in rows(large) {
        let cells = cells.map(|cell| format!(r#"<c t="inlineStr"><is><t>{cell}</t></is></c>"#));
        write!(zip, "<row>{}</row>", cells.concat())?;
    }
    zip.write_all(b"</sheetData></worksheet>")?;
    Ok(zip.finish()?.flush()?)
}

/// A workbook as Excel writes it: the texts in a part of their own, which a reader has to keep in memory.
fn shared(file: BufWriter<File>, large: Large) -> Result {
    let mut zip = workbook(file)?;
    zip.start_file("xl/sharedStrings.xml", packed())?;
    write!(zip, r#"<sst uniqueCount="{}">"#, (large.rows + 1) * 8)?;
    for cells in rows(large) {
        write!(zip, "{}", cells.map(|cell| format!("<si><t>{cell}</t></si>")).concat())?;
    }
    zip.write_all(b"</sst>")?;
    zip.start_file("xl/worksheets/sheet1.xml", packed())?;
    zip.write_all(b"<worksheet><sheetData>")?;
    for place in 0..=large.rows {
        let cells = (place * 8..place * 8 + 8).map(|text| format!(r#"<c t="s"><v>{text}</v></c>"#));
        write!(zip, "<row>{}</row>", cells.collect::<Vec<_>>().concat())?;
    }
    zip.write_all(b"</sheetData></worksheet>")?;
    Ok(zip.finish()?.flush()?)
}

fn rows(large: Large) -> impl Iterator<Item = [String; 8]> {
    std::iter::once(HEADERS.map(str::to_owned)).chain((0..large.rows).map(move |number| row(number, large)))
}

fn packed() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_level(Some(1))
}

/// What every workbook with one sheet has beside it.
fn workbook(file: BufWriter<File>) -> Result<ZipWriter<BufWriter<File>>> {
    let related = |kind: &str, target: &str| {
        format!(
            r#"<Relationships><Relationship Id="r1" Type="x/relationships/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    let book = r#"<workbook><sheets><sheet name="Orders" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let mut zip = ZipWriter::new(file);
    for (name, content) in [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", related("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", related("worksheet", "worksheets/sheet1.xml")),
        ("xl/workbook.xml", book.to_owned()),
    ] {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip)
}
