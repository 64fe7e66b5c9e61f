//! The look at a workbook before calamine opens it: what its parts really unpack to, whatever its table of contents says.
//! calamine keeps the texts and the styles in memory and believes what they say of themselves, so both are looked at.

use std::fs::File;
use std::io::{BufReader, Read};

use memchr::memmem;
use zip::ZipArchive;

use super::files::Found;
use super::{Alive, bad_file};
use crate::connectors::ConnectError;

/// The bounds. A workbook of a hundred thousand orders keeps far inside each of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    parts: usize,
    all: u64,
    /// A part that is read while it is unpacked: a sheet.
    sheet: u64,
    /// The texts, all of which are in memory.
    texts: u64,
    /// The styles, of which calamine makes copies.
    styles: u64,
    /// Whatever else may be kept in memory.
    small: u64,
    /// Unpacked bytes for a packed one, beyond `small`.
    ratio: u64,
}

pub(super) const BOUNDS: Bounds =
    Bounds { parts: 4_096, all: 2 * GIB, sheet: GIB, texts: 128 * MIB, styles: 4 * MIB, small: 16 * MIB, ratio: 300 };

const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;

/// So much is unpacked at once.
const CHUNK: usize = 64 * 1024;
/// So much of one piece is looked at again with the next.
const OVERLAP: usize = 64;
/// The most that stands between two angle brackets of a style: Excel's longest number format has 255 characters.
const LONGEST_STYLE: usize = 2_048;
/// The most cell styles that Excel writes.
const MOST_STYLES: usize = 65_490;
/// The most that stands between two angle brackets of anything else: the longest text that a cell can hold is far shorter.
const LONGEST_STRETCH: usize = 4 * 1024 * 1024;
/// The most sheets.
const MOST_SHEETS: usize = 1_000;
/// The most that says where the sheets lie.
const LARGEST_LIST: u64 = 1024 * 1024;
/// calamine copies where a sheet lies for each sheet that says so: the most that this may come to.
const MOST_COPIED: u64 = 256 * MIB;
/// A text takes at least this many bytes in its part (`<si/>`).
const SHORTEST_TEXT: u64 = 5;

/// Fails unless the file is a workbook that can be opened in bounded memory.
pub(super) fn check(found: &Found, file: &File, bounds: &Bounds, alive: &Alive) -> Result<(), ConnectError> {
    let damaged = |_| bad_file(&found.name, "it is damaged, or no workbook (.xlsx)");
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.len() > bounds.parts {
        return Err(bad_file(&found.name, "it has more parts than any workbook"));
    }
    let (mut all, mut sheets, mut list) = (0, 0, 0);
    let mut has_types = false;
    for place in 0..archive.len() {
        let unpacked = archive.by_index(place).map_err(damaged)?;
        let name = unpacked.name().map_err(damaged)?.replace('\\', "/").to_lowercase();
        has_types |= name == "[content_types].xml";
        let packed = unpacked.compressed_size();
        let is_custom = name.trim_start_matches('/').starts_with("customxml/");
        let part = Part { found, bounds, name: name.rsplit('/').next().unwrap_or_default(), is_custom, packed };
        let seen = part.check(unpacked, bounds.all - all, alive)?;
        all += seen.length;
        sheets += seen.watch.sheets;
        if seen.watch.lists_sheets {
            list = list.max(seen.length);
        }
        // Counted in all parts together: which of them is the list of the sheets is for the workbook to say.
        if sheets > MOST_SHEETS || sheets as u64 * list > MOST_COPIED {
            return Err(bad_file(&found.name, "it has more sheets than any workbook"));
        }
    }
    if has_types { Ok(()) } else { Err(bad_file(&found.name, "it is an archive, but no workbook (.xlsx)")) }
}

/// One part of a workbook.
struct Part<'a> {
    found: &'a Found,
    bounds: &'a Bounds,
    /// The last step of its path.
    name: &'a str,
    /// Whether it is what other programs keep in a workbook: it may be in any encoding.
    is_custom: bool,
    packed: u64,
}

impl Part<'_> {
    /// What follows the last dot of its name.
    fn ending(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    /// Whether its text is looked at. Wherever they lie, texts and styles are.
    fn is_watched(&self) -> bool {
        let is_kept = matches!(self.name, "sharedstrings.xml" | "styles.xml");
        is_kept || (!self.is_custom && matches!(self.ending(), "xml" | "rels"))
    }

    fn most(&self) -> u64 {
        match self.name {
            "sharedstrings.xml" => self.bounds.texts,
            "styles.xml" => self.bounds.styles,
            name if self.is_custom || self.ending() == "rels" || name.starts_with("theme") => self.bounds.small,
            _ => self.bounds.sheet,
        }
    }

    /// Unpacks it and looks at what goes by.
    fn check(&self, mut part: impl Read, rest_of_all: u64, alive: &Alive) -> Result<Seen, ConnectError> {
        let mut chunk = vec![0; CHUNK + OVERLAP];
        let (mut kept, mut length) = (0, 0);
        let mut watch = Watch::default();
        loop {
            alive.check()?;
            let read = part.read(&mut chunk[kept..]).map_err(|_| self.bad("it is damaged"))?;
            if read == 0 {
                break;
            }
            length += read as u64;
            if length > self.most() || length > rest_of_all || self.is_bomb(length) {
                return Err(self.too_large());
            }
            if self.is_watched() {
                self.watch(&mut watch, &chunk[..kept + read], kept)?;
            }
            let end = kept + read;
            kept = end.min(OVERLAP);
            chunk.copy_within(end - kept..end, 0);
        }
        let is_list = self.ending() == "rels" && watch.lists_sheets;
        if length > self.bounds.small && watch.for_memory || is_list && length > LARGEST_LIST {
            return Err(self.too_large());
        }
        if watch.claimed.is_some_and(|claimed| claimed > length / SHORTEST_TEXT) {
            return Err(self.bad("it says that it has more texts than it has"));
        }
        if watch.styles > MOST_STYLES {
            return Err(self.bad("it has more styles than any workbook"));
        }
        Ok(Seen { length, watch })
    }

    fn is_bomb(&self, length: u64) -> bool {
        length > self.bounds.small && length / self.bounds.ratio > self.packed
    }

    /// Looks at a piece of XML, of which the first `kept` bytes were looked at before.
    fn watch(&self, watch: &mut Watch, piece: &[u8], kept: usize) -> Result<(), ConnectError> {
        let new = &piece[kept..];
        // With these gone, what is looked for below cannot hide behind another encoding.
        if new.iter().any(|byte| *byte < 0x20 && !matches!(byte, b'\t' | b'\r' | b'\n')) {
            return Err(self.bad("its text is not written as workbooks are"));
        }
        if has(piece, b"<!DOCTYPE") || has(piece, b"<!ENTITY") {
            return Err(self.bad("it defines names for texts (entities), which no workbook does"));
        }
        // A sheet is read piece by piece; these are kept.
        watch.sheets += sheets(piece, kept);
        watch.for_memory |= has(piece, b"definedName") || has(piece, b"<Relationship ") || watch.sheets > 0;
        watch.lists_sheets |= has(piece, b"sheet\"") || has(piece, b"sheet'");
        if watch.longest_stretch(new) > LONGEST_STRETCH {
            return Err(self.bad("a text in it is longer than any cell can hold"));
        }
        if self.name == "sharedstrings.xml" {
            for place in memmem::find_iter(piece, b"uniqueCount") {
                watch.claimed = watch.claimed.max(claimed(&piece[place..]));
            }
        }
        if self.name == "styles.xml" {
            watch.styles += memmem::find_iter(new, b"<xf").count() + memmem::find_iter(new, b":xf").count();
            if watch.longest_run(new) > LONGEST_STYLE {
                return Err(self.bad("a style in it is longer than any style"));
            }
        }
        Ok(())
    }

    fn bad(&self, why: &str) -> ConnectError {
        bad_file(&self.found.name, why)
    }

    fn too_large(&self) -> ConnectError {
        ConnectError::TooLarge(format!(
            "{} unpacks to more than can be read; save what is needed of it as .csv",
            self.found.name
        ))
    }
}

fn has(piece: &[u8], what: &[u8]) -> bool {
    memmem::find(piece, what).is_some()
}

/// How many sheets are named in a piece of which the first `kept` bytes were looked at before: `<sheet ` and `<x:sheet `.
/// A name whose beginning is too far away to be seen counts.
fn sheets(piece: &[u8], kept: usize) -> usize {
    let is_sheet = |place: &usize| {
        let before = &piece[..*place];
        let start = before.iter().rposition(|byte| b" \t\r\n<>".contains(byte));
        let is_name = match before.last() {
            Some(b'<') => true,
            Some(b':') => start.is_none_or(|start| before[start] == b'<'),
            _ => false,
        };
        let end = place + "sheet".len();
        let behind = piece.get(end).filter(|_| end >= kept);
        is_name && behind.is_some_and(|byte| b" \t\r\n/>".contains(byte))
    };
    memmem::find_iter(piece, b"sheet").filter(is_sheet).count()
}

/// The number in `uniqueCount = "123"`. What is no number claims nothing.
fn claimed(attribute: &[u8]) -> Option<u64> {
    let value = attribute.iter().skip("uniqueCount".len());
    let digits = value.skip_while(|byte| b" \t\r\n=\"'+0".contains(byte)).take_while(|byte| byte.is_ascii_digit());
    let digits: Vec<u8> = digits.copied().collect();
    // More digits than a number can have are a very large one.
    (!digits.is_empty())
        .then(|| std::str::from_utf8(&digits).ok().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX))
}

/// A part that was looked at.
struct Seen {
    /// How large it really is.
    length: u64,
    watch: Watch,
}

/// What has gone by of a part.
#[derive(Default)]
struct Watch {
    /// How many texts it says that it has.
    claimed: Option<u64>,
    /// How many cell styles.
    styles: usize,
    /// Whether it holds what is kept in memory.
    for_memory: bool,
    /// How many sheets it names.
    sheets: usize,
    /// Whether it may say where sheets lie.
    lists_sheets: bool,
    /// How long ago the last angle bracket was.
    run: usize,
    /// How long ago the last opening one was, and the last closing one: one of them may stand in a text.
    stretches: [usize; 2],
}

impl Watch {
    /// The longest stretch without an angle bracket.
    fn longest_run(&mut self, bytes: &[u8]) -> usize {
        let mut longest = 0;
        for byte in bytes {
            self.run = if matches!(byte, b'<' | b'>') { 0 } else { self.run + 1 };
            longest = longest.max(self.run);
        }
        longest
    }

    /// The longest stretch without an opening or without a closing bracket that reaches into these bytes or beyond them.
    fn longest_stretch(&mut self, bytes: &[u8]) -> usize {
        let mut longest = 0;
        for (bracket, run) in [b'<', b'>'].into_iter().zip(&mut self.stretches) {
            longest = longest.max(*run + memchr::memchr(bracket, bytes).unwrap_or(bytes.len()));
            *run = memchr::memrchr(bracket, bytes).map_or(*run + bytes.len(), |last| bytes.len() - 1 - last);
        }
        longest
    }
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
