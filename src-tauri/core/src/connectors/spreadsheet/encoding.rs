//! Text in the encodings that spreadsheets are saved in, as UTF-8.

use std::fs::File;
use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Which encoding a text has. `start` are its first bytes.
pub(super) fn guess(start: &[u8], utf8: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(start) {
        return encoding;
    }
    let start = &start[..start.len().min(4096)];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if (even + odd) * 3 > start.len() {
        return if odd >= even { UTF_16LE } else { UTF_16BE };
    }
    if utf8 { UTF_8 } else { WINDOWS_1252 }
}

/// So much is decoded at once.
const PIECE: usize = 32 * 1024;

/// Reads a file as UTF-8, and counts how much of it is handed out.
pub(super) struct Decoded {
    file: File,
    /// None for UTF-8: its bytes go through as they are.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    raw_start: usize,
    raw_end: usize,
    text: String,
    text_start: usize,
    ended: bool,
    /// How much may still be handed out. Whoever reads renews it with every row.
    pub(super) budget: usize,
    /// How many quotation marks were handed out.
    pub(super) quotes: u64,
}

impl Decoded {
    pub(super) fn new(file: File, encoding: &'static Encoding, bom: usize) -> Self {
        let decoder = (encoding != UTF_8 || bom > 0).then(|| encoding.new_decoder_with_bom_removal());
        Self {
            file,
            decoder,
            raw: vec![0; PIECE],
            raw_start: 0,
            raw_end: 0,
            text: String::with_capacity(PIECE * 3),
            text_start: 0,
            ended: false,
            budget: usize::MAX,
            quotes: 0,
        }
    }

    /// Decodes the next piece into `text`.
    fn fill(&mut self) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        self.text.clear();
        self.text_start = 0;
        while self.text.is_empty() && !self.ended {
            if self.raw_start == self.raw_end {
                self.raw_start = 0;
                self.raw_end = self.file.read(&mut self.raw)?;
            }
            let last = self.raw_end == 0;
            let raw = &self.raw[self.raw_start..self.raw_end];
            let (result, read, _) = decoder.decode_to_string(raw, &mut self.text, last);
            self.raw_start += read;
            self.ended = last && matches!(result, encoding_rs::CoderResult::InputEmpty);
        }
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.budget == 0 {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a row does not end"));
        }
        let most = buffer.len().min(self.budget);
        let read = if self.decoder.is_none() {
            self.file.read(&mut buffer[..most])?
        } else {
            if self.text_start == self.text.len() {
                self.fill()?;
            }
            let rest = &self.text.as_bytes()[self.text_start..];
            let read = rest.len().min(most);
            buffer[..read].copy_from_slice(&rest[..read]);
            self.text_start += read;
            read
        };
        self.quotes += memchr::memchr_iter(b'"', &buffer[..read]).count() as u64;
        self.budget -= read;
        Ok(read)
    }
}

/// A piece of text from the beginning of a file, to look at. A character that is cut off at its end is left out.
pub(super) fn sample(start: &[u8], encoding: &'static Encoding) -> String {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(start.len()).unwrap_or(start.len()));
    let mut start = start;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(start, &mut text, false);
        start = &start[read..];
        match result {
            DecoderResult::Malformed(..) => text.push(char::REPLACEMENT_CHARACTER),
            DecoderResult::InputEmpty | DecoderResult::OutputFull => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::written;
    use super::*;

    fn read(bytes: &[u8], encoding: &'static Encoding, bom: usize) -> String {
        let (_folder, path) = written("a.csv", bytes);
        let mut text = String::new();
        Decoded::new(File::open(path).unwrap(), encoding, bom).read_to_string(&mut text).unwrap();
        text
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn every_encoding_is_found_and_read() {
        let text = "Straße,“quoted”,€\r\n".repeat(9_000);
        let with_bom = format!("\u{feff}{text}");
        let (windows, _, _) = WINDOWS_1252.encode(&text);
        for (bytes, encoding) in [
            (text.clone().into_bytes(), UTF_8),
            (with_bom.clone().into_bytes(), UTF_8),
            (utf16(&with_bom, u16::to_le_bytes), UTF_16LE),
            (utf16(&with_bom, u16::to_be_bytes), UTF_16BE),
            (utf16(&text, u16::to_le_bytes), UTF_16LE),
            (utf16(&text, u16::to_be_bytes), UTF_16BE),
            (windows.into_owned(), WINDOWS_1252),
        ] {
            let guessed = guess(&bytes, std::str::from_utf8(&bytes).is_ok());
            assert_eq!(guessed, encoding);
            let bom = Encoding::for_bom(&bytes).map_or(0, |(_, length)| length);
            assert!(read(&bytes, encoding, bom) == text, "{}", encoding.name());
            assert!(text.starts_with(&sample(&bytes[..64], encoding)), "{}", encoding.name());
        }
    }

    #[test]
    fn damage_is_shown_as_damage_and_ends() {
        assert_eq!(read(&[0xFF, 0xFE, b'a', 0, 0x00], UTF_16LE, 2), "a\u{fffd}");
        assert_eq!(read(&[0xFF, 0xFE, 0x00, 0xD8, b'a', 0], UTF_16LE, 2), "\u{fffd}a");
        assert_eq!(read(b"", WINDOWS_1252, 0), "");
    }

    #[test]
    fn no_more_is_handed_out_than_the_budget_says() {
        let (_folder, path) = written("a.csv", &[b'a'; 100]);
        let mut decoded = Decoded::new(File::open(path).unwrap(), UTF_8, 0);
        decoded.budget = 40;
        let mut text = Vec::new();
        assert!(decoded.read_to_end(&mut text).is_err());
        assert_eq!(text.len(), 40);
    }
}
