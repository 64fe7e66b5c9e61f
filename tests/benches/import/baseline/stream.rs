//! Cuts an answer into its orders while it comes in. It knows one shape only: `{"workOrders":[{...},{...}], ...}`.

use memchr::{memchr2, memmem};

use crate::Result;

const LIST: &[u8] = b"\"workOrders\":[";

#[derive(Debug, Default)]
pub(super) struct Splitter {
    state: State,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// What came of something whose end has not come.
    held: Vec<u8>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Head,
    Between,
    Order,
    Tail,
}

impl Splitter {
    /// Goes through a piece and hands on every order that ends in it.
    pub(super) fn feed(&mut self, piece: &[u8], take: &mut impl FnMut(&[u8]) -> Result) -> Result {
        let mut rest = piece;
        if self.state == State::Head {
            let before = self.held.len();
            self.held.extend_from_slice(piece);
            let Some(list) = memmem::find(&self.held, LIST) else { return Ok(()) };
            rest = &piece[list + LIST.len() - before..];
            self.held.clear();
            self.state = State::Between;
        }
        while self.state != State::Tail && !rest.is_empty() {
            if self.state == State::Between {
                self.state = match rest[0] {
                    b'{' => State::Order,
                    b']' => State::Tail,
                    _ => State::Between,
                };
                if self.state != State::Order {
                    rest = &rest[1..];
                    continue;
                }
            }
            let Some(end) = self.end_in(rest) else {
                self.held.extend_from_slice(rest);
                return Ok(());
            };
            if self.held.is_empty() {
                take(&rest[..end])?;
            } else {
                self.held.extend_from_slice(&rest[..end]);
                take(&self.held)?;
                self.held.clear();
            }
            self.state = State::Between;
            rest = &rest[end..];
        }
        Ok(())
    }

    pub(super) fn finish(&self) -> Result {
        if self.state == State::Tail { Ok(()) } else { Err("the list has no end".into()) }
    }

    fn end_in(&mut self, piece: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < piece.len() {
            if self.in_string {
                if std::mem::take(&mut self.escaped) {
                    at += 1;
                    continue;
                }
                at += memchr2(b'"', b'\\', &piece[at..])? + 1;
                self.escaped = piece[at - 1] == b'\\';
                self.in_string = self.escaped;
                continue;
            }
            at += 1;
            match piece[at - 1] {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
