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
            at += memchr2(b'"', b'\\', &piece[at..])? + 1;
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
