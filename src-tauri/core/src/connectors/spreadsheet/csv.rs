//! Text in which a comma, a semicolon, a tab or a bar stands between the cells.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use encoding_rs::Encoding;

use super::encoding::{self, Decoded};
use super::files::{Found, cannot};
use super::row::{COLUMNS, LARGEST, Row};
use super::{Alive, Step, bad_file};
use crate::connectors::ConnectError;

/// A text file that was looked at.
#[derive(Debug)]
pub(super) struct Text {
    file: File,
    name: String,
    encoding: &'static Encoding,
    bom: usize,
    separator: u8,
    /// Whether a quotation mark is missing, as far as the rows were read.
    pub(super) lacks_quote: bool,
}

/// The separators, the most usual first.
const SEPARATORS: [(u8, &str); 4] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "bar")];
/// So much is looked at to find out.
const SAMPLE: u64 = 64 * 1024;
/// The csv reader takes whole pieces of its source, so more may be on the way than the row that it reads.
const PIECE: usize = 64 * 1024;

impl Text {
    /// Looks at a file.
    pub(super) fn open(found: &Found, mut file: File, utf8: bool) -> Result<Self, ConnectError> {
        let mut start = Vec::new();
        file.by_ref().take(SAMPLE).read_to_end(&mut start).map_err(|error| cannot(&found.name, &error))?;
        let encoding = encoding::guess(&start, utf8);
        let bom = Encoding::for_bom(&start).map_or(0, |(_, length)| length);
        let separator = separator(&encoding::sample(&start, encoding));
        Ok(Self { file, name: found.name.clone(), encoding, bom, separator, lacks_quote: false })
    }

    /// How it is written, for people.
    pub(super) fn says(&self) -> String {
        let separator = SEPARATORS.iter().find(|(known, _)| *known == self.separator).map_or("", |(_, name)| name);
        format!("Text in {}, a {separator} between the cells.", self.encoding.name())
    }

    /// Hands out every row that is not blank.
    pub(super) fn rows(
        &mut self,
        alive: &Alive,
        take: &mut dyn FnMut(&Row) -> Result<Step, ConnectError>,
    ) -> Result<(), ConnectError> {
        let mut file = self.file.try_clone().map_err(|error| cannot(&self.name, &error))?;
        file.seek(SeekFrom::Start(0)).map_err(|error| cannot(&self.name, &error))?;
        let mut reader = ReaderBuilder::new()
            .delimiter(self.separator)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(PIECE)
            .from_reader(Decoded::new(file, self.encoding, self.bom));
        let (mut record, mut row) = (ByteRecord::new(), Row::default());
        let mut count = 0_u32;
        let mut before = 0;
        loop {
            reader.get_mut().budget = LARGEST + PIECE;
            if !reader.read_byte_record(&mut record).map_err(|error| self.wrong(&error))? {
                // What a cell holds that is never closed is no row any more: orders may be in it.
                self.lacks_quote = !reader.get_ref().quotes.is_multiple_of(2);
                return Ok(());
            }
            // The reader counts a line when it has read its LF. Of CR LF that is after it has handed out the row, and of CR
            // alone never; but no row may lie where the one before it does.
            let line = record.position().map_or(0, csv::Position::line).max(before + 1);
            before = line;
            count = count.wrapping_add(1);
            if count.is_multiple_of(256) {
                alive.check()?;
            }
            row.clear(line);
            fill(&mut row, &record);
            // The first line may be a word to Excel.
            let is_hint = line == 1 && record.get(0).is_some_and(|cell| cell.starts_with(b"sep="));
            if !is_hint && !row.is_blank() && take(&row)? == Step::Enough {
                return Ok(());
            }
        }
    }

    fn wrong(&self, error: &csv::Error) -> ConnectError {
        match error.kind() {
            ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => ConnectError::TooLarge(
                format!("a row of {} is over 4 MiB; perhaps a quotation mark is missing there", self.name),
            ),
            ErrorKind::Io(error) => cannot(&self.name, error),
            // A record of bytes of any length cannot be wrong otherwise.
            _ => bad_file(&self.name, "its rows cannot be read"),
        }
    }
}

fn fill(row: &mut Row, record: &ByteRecord) {
    for (column, cell) in record.iter().enumerate() {
        let text = String::from_utf8_lossy(cell);
        // Some programs write ="00123" so that Excel keeps the zeros.
        let bare = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(&text);
        if column >= COLUMNS && bare.is_empty() {
            continue;
        }
        row.set(column, bare);
    }
}

/// Which character stands between the cells: the one that cuts most rows into the same number of cells.
fn separator(sample: &str) -> u8 {
    let first = sample.lines().next().unwrap_or_default().trim();
    if let Some(hint) = first.strip_prefix("sep=").and_then(|hint| hint.bytes().next())
        && SEPARATORS.iter().any(|(known, _)| *known == hint)
    {
        return hint;
    }
    let scores = SEPARATORS.map(|(separator, _)| (score(sample, separator), separator));
    // Of equal ones the first, that is the most usual.
    scores.into_iter().rev().max_by_key(|(score, _)| *score).map_or(b',', |(_, separator)| separator)
}

fn score(sample: &str, separator: u8) -> usize {
    let mut reader =
        ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(sample.as_bytes());
    let mut widths = std::collections::HashMap::new();
    for record in reader.byte_records().take(50).flatten() {
        if record.len() > 1 {
            *widths.entry(record.len()).or_insert(0_usize) += 1;
        }
    }
    // Rows of one width speak for it, and the more columns the more.
    widths.into_iter().map(|(width, rows)| rows * rows * (width - 1)).max().unwrap_or(0)
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;
