//! A file that is read as a table: where its headers are, which column goes where, and then row by row.

use std::fs::File;

use super::csv::Text;
use super::files::Found;
use super::layout::{Header, Layout, Rules, find_header};
use super::row::{COLUMNS, Row};
use super::survey::{Kind, Survey};
use super::xlsx::Workbook;
use super::{Alive, Step, bad_file};
use crate::connectors::ConnectError;

/// A file whose headers were found.
pub(super) struct Table {
    body: Body,
    /// Which sheet of a workbook.
    sheet: usize,
    header: Header,
    /// The names of the sheets that hold orders too, and are not read.
    others: Vec<String>,
    /// Its name, for people.
    pub(super) name: String,
    /// A handle on the file, to see whether it is still the same.
    file: File,
}

enum Body {
    Text(Text),
    Workbook(Box<Workbook>),
}

/// So many rows are looked through for the headers.
const TOP: usize = 50;

impl Table {
    /// Opens a file and finds its headers.
    pub(super) fn open(
        found: &Found,
        file: File,
        survey: &Survey,
        rules: &Rules,
        alive: &Alive,
    ) -> Result<Self, ConnectError> {
        let handle = file.try_clone().map_err(|error| super::files::cannot(&found.name, &error))?;
        let mut body = match survey.kind {
            Kind::Text { utf8 } => Body::Text(Text::open(found, file, utf8)?),
            Kind::Zip => Body::Workbook(Box::new(Workbook::open(found, file, alive)?)),
        };
        let mut best: Option<(usize, Header)> = None;
        let mut lists = Vec::new();
        let mut too_wide = false;
        for sheet in 0..body.sheets() {
            let mut top = Vec::new();
            body.rows(sheet, alive, &mut |row| {
                too_wide |= row.too_wide && row.texts().iter().all(|cell| !cell.is_empty());
                top.push((row.place, row.texts()));
                Ok(if top.len() < TOP { Step::On } else { Step::Enough })
            })?;
            let last = top.last().map_or(0, |(place, _)| *place);
            let Some(header) = find_header(top, rules) else { continue };
            if last > header.row && header.layout.missing().is_empty() {
                lists.push(sheet);
            }
            // Of two sheets that look alike the first.
            if best.as_ref().is_none_or(|(_, best)| header.layout.score() > best.layout.score()) {
                best = Some((sheet, header));
            }
        }
        if too_wide {
            return Err(bad_file(&found.name, &format!("it has more than {COLUMNS} columns")));
        }
        let Some((sheet, header)) = best else {
            let why = "none of its first rows has headers that are known, such as Work Order Number, Address and City; \
                       say in the mapping which column is what";
            return Err(bad_file(&found.name, why));
        };
        lists.retain(|list| *list != sheet);
        let others = lists.into_iter().map(|list| body.name_of(list).to_owned()).collect();
        Ok(Self { body, sheet, header, others, name: found.name.clone(), file: handle })
    }

    /// Which column goes where.
    pub(super) fn layout(&self) -> &Layout {
        &self.header.layout
    }

    /// Whether its days are counted from 1904.
    pub(super) fn is_1904(&self) -> bool {
        matches!(&self.body, Body::Workbook(book) if book.is_1904)
    }

    /// Hands out every row below the headers that is not blank.
    pub(super) fn rows(
        &mut self,
        alive: &Alive,
        take: &mut dyn FnMut(&Layout, &Row) -> Result<Step, ConnectError>,
    ) -> Result<(), ConnectError> {
        let Header { row: header, layout } = &self.header;
        let mut below = false;
        self.body.rows(self.sheet, alive, &mut |row| {
            if below {
                return take(layout, row);
            }
            below = row.place == *header;
            Ok(Step::On)
        })
    }

    /// What an admin may want to say about it.
    pub(super) fn advice(&self) -> Option<String> {
        self.layout().may_have_codes().then(|| {
            format!(
                "{} looks like {}, and its numbers are taken as they are; choose the preset {} to file each \
                 project under its own code.",
                self.name,
                self.layout().preset.title,
                self.layout().preset.name
            )
        })
    }

    /// Why there may be orders in the file that were not read, after its rows were.
    pub(super) fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        if matches!(&self.body, Body::Text(text) if text.lacks_quote) {
            doubts.push("a quotation mark is missing, so that rows may have become one cell".to_owned());
        }
        let read = self.body.name_of(self.sheet);
        doubts.extend(self.others.iter().map(|other| {
            format!(
                "the sheet {other} is a list of orders too, but only {read} is read; save it as a file of its own, or hide it"
            )
        }));
        if let Body::Workbook(book) = &self.body
            && book.passed_over > 0
        {
            doubts.push(format!("{} sheets behind the first ones were not looked at", book.passed_over));
        }
        doubts
    }

    /// Fails if the file was written while it was read.
    pub(super) fn check_same(&self, found: &Found) -> Result<(), ConnectError> {
        found.check_same(&self.file)
    }

    /// What is worth knowing about it, in sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = vec![match &self.body {
            Body::Text(text) => format!("{}: {}", self.name, text.says()),
            Body::Workbook(_) => {
                format!("{}: a workbook, of which the sheet {} is read.", self.name, self.body.name_of(self.sheet))
            }
        }];
        if self.header.row > 1 {
            notes.push(format!("The headers are in row {}; what is above is passed over.", self.header.row));
        }
        notes.push(format!("It is read as {}.", self.layout().preset.title));
        notes.extend(self.advice());
        notes
    }
}

impl Body {
    fn sheets(&self) -> usize {
        match self {
            Self::Text(_) => 1,
            Self::Workbook(book) => book.sheets.len(),
        }
    }

    fn name_of(&self, sheet: usize) -> &str {
        match self {
            Self::Text(_) => "",
            Self::Workbook(book) => book.sheets.get(sheet).map_or("", String::as_str),
        }
    }

    fn rows(
        &mut self,
        sheet: usize,
        alive: &Alive,
        take: &mut dyn FnMut(&Row) -> Result<Step, ConnectError>,
    ) -> Result<(), ConnectError> {
        match self {
            Self::Text(text) => text.rows(alive, take),
            Self::Workbook(book) => book.rows(sheet, alive, take),
        }
    }
}
