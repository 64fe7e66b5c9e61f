//! Workbooks of Excel, cell by cell: a sheet is never in memory as a whole. Formulas are read as the values that they had
//! when the workbook was saved; their text is not looked at.

use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;

use calamine::{CellErrorType, DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use super::files::Found;
use super::row::Row;
use super::{Alive, Step, archive, bad_file};
use crate::connectors::ConnectError;

/// A workbook that was opened.
pub(super) struct Workbook {
    book: Xlsx<BufReader<File>>,
    name: String,
    /// The sheets that one can see, as many as are looked at.
    pub(super) sheets: Vec<String>,
    /// How many more there are.
    pub(super) passed_over: usize,
    /// Whether its days are counted from 1904.
    pub(super) is_1904: bool,
}

/// So many sheets are looked at for the one that holds the orders.
const SHEETS: usize = 32;

impl Workbook {
    /// Opens a workbook whose archive is fit to be opened.
    pub(super) fn open(found: &Found, file: File, alive: &Alive) -> Result<Self, ConnectError> {
        archive::check(found, &file, &archive::BOUNDS, alive)?;
        let book = Xlsx::new(BufReader::new(file)).map_err(|error| wrong(&found.name, &error))?;
        let visible = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
        let mut sheets: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
        let passed_over = sheets.len().saturating_sub(SHEETS);
        sheets.truncate(SHEETS);
        if sheets.is_empty() {
            return Err(bad_file(&found.name, "it has no sheet that one can see"));
        }
        Ok(Self { is_1904: book.has_1904_epoch(), book, name: found.name.clone(), sheets, passed_over })
    }

    /// Hands out every row of a sheet that is not blank.
    pub(super) fn rows(
        &mut self,
        sheet: usize,
        alive: &Alive,
        take: &mut dyn FnMut(&Row) -> Result<Step, ConnectError>,
    ) -> Result<(), ConnectError> {
        let Some(sheet) = self.sheets.get(sheet) else { return Ok(()) };
        let name = &self.name;
        let mut cells = self.book.worksheet_cells_reader(sheet).map_err(|error| wrong(name, &error))?;
        let mut row = Row::default();
        let mut number = String::new();
        let mut count = 0_u64;
        loop {
            let cell = match cells.next_cell() {
                Ok(Some(cell)) => cell,
                Ok(None) => break,
                // A kind of error that calamine does not know: a cell without a value, like the others.
                Err(XlsxError::CellError(_)) => continue,
                Err(error) => return Err(wrong(name, &error)),
            };
            count += 1;
            if count.is_multiple_of(4096) {
                alive.check()?;
            }
            let (place, column) = cell.get_position();
            let place = u64::from(place) + 1;
            if place != row.place {
                if !row.is_blank() && take(&row)? == Step::Enough {
                    return Ok(());
                }
                row.clear(place);
            }
            set(&mut row, column as usize, cell.get_value(), &mut number);
        }
        if !row.is_blank() {
            take(&row)?;
        }
        Ok(())
    }
}

/// Sets a cell to the text that stands for its value.
fn set(row: &mut Row, column: usize, value: &DataRef<'_>, number: &mut String) {
    number.clear();
    match value {
        // `#N/A` is what lists write where there is nothing.
        DataRef::Empty | DataRef::Error(CellErrorType::NA) => {}
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => row.set(column, text),
        DataRef::SharedString(text) => row.set(column, text),
        DataRef::Bool(yes) => row.set(column, if *yes { "TRUE" } else { "FALSE" }),
        DataRef::Error(_) => row.set_error(column),
        DataRef::Int(int) => {
            // Writing to a text cannot fail.
            let _ = write!(number, "{int}");
            row.set(column, number);
        }
        DataRef::Float(float) => {
            let _ = write!(number, "{float}");
            row.set(column, number);
        }
        DataRef::DateTime(moment) => {
            write_moment(number, moment);
            row.set(column, number);
        }
    }
}

/// A date as `YYYY-MM-DD`, with the time if there is one; a time alone and a length of time as their number.
fn write_moment(text: &mut String, moment: &ExcelDateTime) {
    if !moment.is_datetime() || moment.as_f64() < 1.0 {
        let _ = write!(text, "{}", moment.as_f64());
        return;
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let _ = write!(text, "{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) != (0, 0, 0) {
        let _ = write!(text, " {hour:02}:{minute:02}:{second:02}");
    }
}

/// What calamine says, for an admin. Its words may hold what is in the file, so they are not repeated.
fn wrong(name: &str, error: &XlsxError) -> ConnectError {
    match error {
        XlsxError::Password => bad_file(name, "it has a password; save it without"),
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => {
            bad_file(name, "it is an archive, but no workbook (.xlsx)")
        }
        XlsxError::Io(_) | XlsxError::Zip(_) => bad_file(name, "it is damaged: a part cannot be unpacked"),
        XlsxError::Xml(_) | XlsxError::XmlEof(_) | XlsxError::XmlAttr(_) | XlsxError::Encoding(_) => {
            bad_file(name, "it is damaged: a part is no XML")
        }
        _ => bad_file(name, "it is damaged, or not written as workbooks are"),
    }
}

#[cfg(test)]
#[path = "xlsx_tests.rs"]
mod tests;
