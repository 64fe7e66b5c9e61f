//! Finds where one JSON value ends, by its brackets and strings, across pieces of any size. It does not check what is
//! inside, and it does not nest calls, however deep the value is.

use memchr::memchr2;

/// How far a value has been followed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent {
    depth: u64,
    in_string: bool,
    escaped: bool,
    /// A number or a word: it has no end of its own, only something that follows.
    bare: bool,
}

/// Whether that is white space in JSON.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// Where the next quote or backslash is. Most strings are short: the first bytes are looked at here, eight at a time,
/// which costs less than to set up the wide search that wins on the long ones.
fn quote_or_backslash(piece: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = u64::from_le_bytes([0x80; 8]);
    const QUOTES: u64 = u64::from_le_bytes([b'"'; 8]);
    const BACKSLASHES: u64 = u64::from_le_bytes([b'\\'; 8]);
    // The top bit of the first byte that is zero is set, and of none before it.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let mut at = 0;
    while at < 32
        && let Some(word) = piece[at..].first_chunk()
    {
        let word = u64::from_le_bytes(*word);
        let found = zero(word ^ QUOTES) | zero(word ^ BACKSLASHES);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    memchr2(b'"', b'\\', &piece[at..]).map(|found| at + found)
}

impl Extent {
    /// A value that begins with this byte, which is then the first byte of the first piece. None if no value does.
    pub(super) fn beginning_with(first: u8) -> Option<Self> {
        let bare = match first {
            b'{' | b'[' | b'"' => false,
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => true,
            _ => return None,
        };
        Some(Self { depth: 0, in_string: false, escaped: false, bare })
    }

    /// How many bytes of this piece belong to the value, if it ends in it.
    pub(super) fn end_in(&mut self, piece: &[u8]) -> Option<usize> {
        if self.bare {
            return piece.iter().position(|&byte| matches!(byte, b',' | b']' | b'}') || is_space(byte));
        }
        let mut at = 0;
        loop {
            at += if self.in_string { self.string(&piece[at..])? } else { self.brackets(&piece[at..])? };
            if self.depth == 0 && !self.in_string {
                return Some(at);
            }
        }
    }

    /// To the end of the string.
    fn string(&mut self, piece: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            if self.escaped {
                piece.get(at)?;
                at += 1;
                self.escaped = false;
            }
            at += quote_or_backslash(&piece[at..])? + 1;
            if piece[at - 1] == b'"' {
                self.in_string = false;
                return Some(at);
            }
            self.escaped = true;
        }
    }

    /// To the beginning of a string, or the last closing bracket.
    fn brackets(&mut self, piece: &[u8]) -> Option<usize> {
        for (at, &byte) in piece.iter().enumerate() {
            match byte {
                b'"' => {
                    self.in_string = true;
                    return Some(at + 1);
                }
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
