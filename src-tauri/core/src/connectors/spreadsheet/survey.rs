//! The first look at a file, in one pass over its bytes and in little memory: what it is, whether its text is UTF-8, and
//! the hash by which it is known again. What a file is, its first bytes say; its ending may be wrong.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use memchr::memmem;
use sha2::{Digest as _, Sha256};

use super::files::{Found, cannot};
use super::{Alive, bad_file};
use crate::connectors::ConnectError;

/// What there is to know about a file before it is read.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) kind: Kind,
    /// The first half of the SHA-256 of its content, in hexadecimal.
    pub(super) sha: String,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A zip archive, as workbooks of Excel are.
    Zip,
    /// Text; whether all of it is UTF-8.
    Text {
        /// Whether all of it is UTF-8.
        utf8: bool,
    },
}

/// So much is looked at at once.
const CHUNK: usize = 64 * 1024;
/// The two ends of a zip archive that is written in the form for more than 65,535 files, one right after the other.
const ZIP64: &[u8] = b"PK\x06\x07";
const ZIP_END: &[u8] = b"PK\x05\x06";
const ZIP64_LENGTH: usize = 20;

/// Looks at a file.
pub(super) fn survey(found: &Found, file: &mut File, alive: &Alive) -> Result<Survey, ConnectError> {
    let mut survey = Pass::default();
    let mut chunk = vec![0; CHUNK];
    let mut filled = 0;
    let mut start = None;
    loop {
        alive.check()?;
        let read = file.read(&mut chunk[filled..]).map_err(|error| cannot(&found.name, &error))?;
        if read == 0 {
            break;
        }
        survey.sha.update(&chunk[filled..filled + read]);
        let seen = &chunk[..filled + read];
        if start.is_none() {
            start = Some(start_of(seen));
        }
        survey.check_utf8(&seen[filled..]);
        survey.check_zip64(seen);
        // What begins at the end of this piece is looked for again with the next.
        let kept = seen.len().min(ZIP64_LENGTH + ZIP_END.len());
        chunk.copy_within(filled + read - kept..filled + read, 0);
        filled = kept;
    }
    file.seek(SeekFrom::Start(0)).map_err(|error| cannot(&found.name, &error))?;
    let kind = match start.unwrap_or(Start::Text) {
        Start::Zip if survey.zip64 => {
            return Err(bad_file(&found.name, "it is packed in a form that no workbook needs"));
        }
        Start::Zip => Kind::Zip,
        Start::Text => Kind::Text { utf8: !survey.not_utf8 && survey.rest.is_empty() },
        Start::Other(why) => return Err(bad_file(&found.name, why)),
    };
    let sha = survey.sha.finalize();
    let half = sha.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    Ok(Survey { kind, sha: format!("{half:032x}") })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Zip,
    Text,
    Other(&'static str),
}

fn start_of(bytes: &[u8]) -> Start {
    const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];
    if bytes.starts_with(b"PK\x03\x04") {
        return Start::Zip;
    }
    if bytes.starts_with(OLE) {
        return Start::Other(
            "it is a workbook with a password, or one in the old format of Excel (.xls); open it and save it as \
             .xlsx without a password",
        );
    }
    if bytes.starts_with(b"%PDF") {
        return Start::Other("it is a PDF, not a spreadsheet");
    }
    if bytes.starts_with(b"PK") {
        return Start::Other("it is an archive that is empty or damaged");
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    if text.starts_with(b"<") {
        return Start::Other("it is a web page or XML, not a spreadsheet; open it in Excel and save it as .xlsx");
    }
    if text.starts_with(b"{\\rtf") {
        return Start::Other("it is a document, not a spreadsheet");
    }
    let is_utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let odd = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\r' | b'\n' | 0x0B | 0x0C | 0x1A | 0x1B);
    let begin = &bytes[..bytes.len().min(4096)];
    let zeros = memchr::memchr_iter(0, begin).count();
    let has_odd = begin.iter().any(|byte| *byte != 0 && odd(byte));
    // UTF-16 without a mark: of mostly Latin text every other byte is zero.
    let may_be_utf16 = zeros == 0 || zeros * 3 > begin.len();
    if !is_utf16 && (has_odd || !may_be_utf16) {
        return Start::Other("it is no text and no workbook (.xlsx)");
    }
    Start::Text
}

/// What is learnt while the bytes go by.
#[derive(Default)]
struct Pass {
    sha: Sha256,
    not_utf8: bool,
    /// The beginning of a character whose end is in the next piece.
    rest: Vec<u8>,
    zip64: bool,
}

impl Pass {
    fn check_utf8(&mut self, bytes: &[u8]) {
        if self.not_utf8 {
            return;
        }
        let mut joined = std::mem::take(&mut self.rest);
        let bytes = if joined.is_empty() {
            bytes
        } else {
            joined.extend_from_slice(bytes);
            &joined
        };
        if let Err(error) = std::str::from_utf8(bytes) {
            match error.error_len() {
                None => self.rest = bytes[error.valid_up_to()..].to_vec(),
                Some(_) => self.not_utf8 = true,
            }
        }
    }

    /// A zip archive in the form for very many files may hold millions of them, whose names would fill the memory.
    fn check_zip64(&mut self, bytes: &[u8]) {
        self.zip64 = self.zip64
            || memmem::find_iter(bytes, ZIP64)
                .any(|place| bytes.get(place + ZIP64_LENGTH..).is_some_and(|behind| behind.starts_with(ZIP_END)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{found, written};
    use super::*;

    fn look(bytes: &[u8]) -> Result<Survey, ConnectError> {
        let (_folder, path) = written("a.csv", bytes);
        let found = found(&path);
        survey(&found, &mut found.open().unwrap(), &Alive::for_ever())
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(look(b"a,b").unwrap().kind, Kind::Text { utf8: true });
        assert_eq!(look(b"").unwrap().kind, Kind::Text { utf8: true });
        assert_eq!(look(b"a,\xE9").unwrap().kind, Kind::Text { utf8: false });
        assert_eq!(look("a,é".as_bytes()).unwrap().kind, Kind::Text { utf8: true });
        assert_eq!(look(b"a,\xC3").unwrap().kind, Kind::Text { utf8: false }, "the last character is cut");
        assert_eq!(look(b"PK\x03\x04rest").unwrap().kind, Kind::Zip);
        assert_eq!(look(b"\xFF\xFEa\0,\0").unwrap().kind, Kind::Text { utf8: false });
        assert!(matches!(look(b"a\0,\0b\0\n\0").unwrap().kind, Kind::Text { .. }));
    }

    #[test]
    fn what_is_no_spreadsheet_is_refused_in_words() {
        for (bytes, word) in [
            (&b"\xD0\xCF\x11\xE0\xA1\xB1"[..], "password"),
            (b"  <html><table>", "web page"),
            (b"\xEF\xBB\xBF<?xml version='1.0'?>", "web page"),
            (b"%PDF-1.7", "PDF"),
            (b"PK\x05\x06", "archive"),
            (b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\x01\x02\x03", "no text"),
            (b"PK\x03\x04 PK\x06\x07aaaaaaaaaaaaaaaaPK\x05\x06", "packed"),
        ] {
            let error = look(bytes).unwrap_err().to_string();
            assert!(error.starts_with("a.csv") && error.contains(word), "{error}");
        }
    }

    #[test]
    fn a_character_on_the_border_of_two_pieces_is_one() {
        for before in CHUNK - 4..CHUNK + 4 {
            let text = "a".repeat(before) + "é–€" + &"b".repeat(CHUNK);
            assert_eq!(look(text.as_bytes()).unwrap().kind, Kind::Text { utf8: true }, "{before}");
        }
    }

    #[test]
    fn the_hash_is_that_of_the_content() {
        let one = look(&vec![b'a'; CHUNK * 2 + 7]).unwrap().sha;
        assert_eq!(one.len(), 32);
        assert_ne!(one, look(&vec![b'a'; CHUNK * 2 + 8]).unwrap().sha);
        assert_eq!(look(b"abc").unwrap().sha, "ba7816bf8f01cfea414140de5dae2223");
    }
}
