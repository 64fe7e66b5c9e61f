//! The rows of one order put together, wherever they stand. Rows are written to a temporary file as they come, so that
//! memory grows with their number only (16 bytes each) and not with what they hold.

use std::collections::HashMap;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use tempfile::{SpooledTempFile, spooled_tempfile_in};
use xxhash_rust::xxh3::xxh3_128;

use super::Step;
use super::row::LARGEST;
use crate::connectors::ConnectError;

/// More orders than this are no list of an office, as with every connector.
const ORDERS: usize = 500_000;
/// The most rows: what fits into one sheet of Excel, twice.
const ROWS: usize = 2_097_152;
/// The most text.
const BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// What is smaller stays in memory.
const IN_MEMORY: usize = 16 * 1024 * 1024;
const BUFFER: usize = 64 * 1024;

/// Orders on their way to be handed on.
pub(super) struct Gathered {
    file: SpooledTempFile,
    length: u64,
    rows: Vec<Kept>,
    orders: Vec<Order>,
    by_number: HashMap<u128, u32>,
    /// What stands before and behind the rows of an order, for each file.
    frames: Vec<(String, &'static str)>,
    /// How it was before the file that is being read.
    mark: Mark,
}

/// Takes an order, or that one was too large.
type Take<'a> = dyn FnMut(Option<&[u8]>) -> Result<Step, ConnectError> + 'a;

/// How much there was, and which orders were replaced since.
#[derive(Debug, Default)]
struct Mark {
    length: u64,
    rows: usize,
    orders: usize,
    frames: usize,
    replaced: Vec<(u32, Order)>,
}

/// Where a row lies.
#[derive(Debug, Clone, Copy)]
struct Kept {
    order: u32,
    length: u32,
    start: u64,
}

#[derive(Debug, Clone, Copy)]
struct Order {
    /// The file that it is in. A newer one replaces what an older one said.
    file: u32,
    /// Its rows lie behind here.
    start: u64,
}

impl Gathered {
    /// Keeps what is too much for memory in `folder`: the system's folder for temporary files may lie in memory.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            file: spooled_tempfile_in(IN_MEMORY, folder),
            length: 0,
            rows: Vec::new(),
            orders: Vec::new(),
            by_number: HashMap::new(),
            frames: Vec::new(),
            mark: Mark::default(),
        }
    }

    /// Remembers how it is, for [`Self::back`].
    pub(super) fn mark(&mut self) {
        self.mark = Mark {
            length: self.length,
            rows: self.rows.len(),
            orders: self.orders.len(),
            frames: self.frames.len(),
            replaced: Vec::new(),
        };
    }

    /// Forgets all since the mark: half of a file must not replace what an older one said.
    pub(super) fn back(&mut self) -> Result<(), ConnectError> {
        let mark = std::mem::take(&mut self.mark);
        self.file.seek(SeekFrom::Start(mark.length)).map_err(|error| unkept(&error))?;
        self.length = mark.length;
        self.rows.truncate(mark.rows);
        self.frames.truncate(mark.frames);
        self.orders.truncate(mark.orders);
        self.by_number.retain(|_, place| (*place as usize) < mark.orders);
        for (place, order) in mark.replaced {
            self.orders[place as usize] = order;
        }
        Ok(())
    }

    /// From now on rows are of the next file.
    pub(super) fn next_file(&mut self, frame: (String, &'static str)) {
        self.frames.push(frame);
    }

    /// Adds a row of the order with that number, or with whatever else it is known by.
    pub(super) fn add(&mut self, number: &str, row: &[u8]) -> Result<(), ConnectError> {
        let file = index(self.frames.len().saturating_sub(1));
        let place = match self.by_number.get(&xxh3_128(number.as_bytes())) {
            Some(place) => *place,
            None => self.new_order(number, file)?,
        };
        let order = &mut self.orders[place as usize];
        if order.file != file {
            self.mark.replaced.push((place, *order));
            *order = Order { file, start: self.length };
        }
        self.keep(place, row)
    }

    /// Adds a row to the order of the row before it; false if there is none in this file.
    pub(super) fn add_to_last(&mut self, row: &[u8]) -> Result<bool, ConnectError> {
        let file = index(self.frames.len().saturating_sub(1));
        match self.rows.last() {
            Some(last) if self.orders[last.order as usize].file == file => self.keep(last.order, row).map(|()| true),
            _ => Ok(false),
        }
    }

    fn new_order(&mut self, number: &str, file: u32) -> Result<u32, ConnectError> {
        if self.orders.len() >= ORDERS {
            return Err(ConnectError::TooLarge(format!("there are more than {ORDERS} work orders")));
        }
        let place = index(self.orders.len());
        self.orders.push(Order { file, start: self.length });
        self.by_number.insert(xxh3_128(number.as_bytes()), place);
        Ok(place)
    }

    fn keep(&mut self, order: u32, row: &[u8]) -> Result<(), ConnectError> {
        if self.rows.len() >= ROWS || self.length + row.len() as u64 > BYTES {
            return Err(ConnectError::TooLarge(format!("there are more than {ROWS} rows, or more than 2 GiB of text")));
        }
        self.file.write_all(row).map_err(|error| unkept(&error))?;
        self.rows.push(Kept { order, length: index(row.len()), start: self.length });
        self.length += row.len() as u64;
        Ok(())
    }

    /// How many orders there are.
    pub(super) fn orders(&self) -> usize {
        self.orders.len()
    }

    /// Hands out the orders, in the order in which they came first. An order that is too large is said so (`None`).
    pub(super) fn each(mut self, take: &mut Take<'_>) -> Result<(), ConnectError> {
        let orders = std::mem::take(&mut self.orders);
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain(|row| row.start >= orders[row.order as usize].start);
        // Mostly they are in this order already, and then it costs one look at each.
        rows.sort_by_key(|row| (row.order, row.start));
        self.file.seek(SeekFrom::Start(0)).map_err(|error| unkept(&error))?;
        let mut reader = Reader { file: BufReader::with_capacity(BUFFER, self.file), place: 0 };
        let mut order = Vec::new();
        for rows in rows.chunk_by(|one, other| one.order == other.order) {
            let (before, behind) = &self.frames[orders[rows[0].order as usize].file as usize];
            order.clear();
            order.extend_from_slice(before.as_bytes());
            let length: usize = rows.iter().map(|row| row.length as usize).sum();
            if length > LARGEST {
                if take(None)? == Step::Enough {
                    return Ok(());
                }
                continue;
            }
            for (place, row) in rows.iter().enumerate() {
                if place > 0 {
                    order.push(b',');
                }
                reader.read(*row, &mut order).map_err(|error| unkept(&error))?;
            }
            order.extend_from_slice(behind.as_bytes());
            if take(Some(&order))? == Step::Enough {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Reads rows that mostly lie one after the other.
struct Reader {
    file: BufReader<SpooledTempFile>,
    place: u64,
}

impl Reader {
    fn read(&mut self, row: Kept, into: &mut Vec<u8>) -> io::Result<()> {
        if row.start != self.place {
            // Within what is buffered it costs nothing; the difference fits, as the whole is 2 GiB at most.
            let ahead = i64::try_from(i128::from(row.start) - i128::from(self.place)).map_err(io::Error::other)?;
            self.file.seek_relative(ahead)?;
        }
        let from = into.len();
        into.resize(from + row.length as usize, 0);
        self.file.read_exact(&mut into[from..])?;
        self.place = row.start + u64::from(row.length);
        Ok(())
    }
}

/// All counts are bounded far below.
fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn unkept(error: &io::Error) -> ConnectError {
    ConnectError::NoFile {
        words: format!("the rows could not be kept for a moment in the data folder: {error}"),
        may_pass: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(gathered: Gathered) -> Vec<String> {
        let mut all = Vec::new();
        gathered
            .each(&mut |order| {
                all.push(order.map_or("too large".to_owned(), |order| String::from_utf8_lossy(order).into_owned()));
                Ok(Step::On)
            })
            .unwrap();
        all
    }

    fn gathered() -> Gathered {
        let mut gathered = Gathered::new(Path::new("."));
        gathered.next_file(("<".to_owned(), ">"));
        gathered
    }

    #[test]
    fn rows_of_one_number_are_one_order_wherever_they_stand() {
        let mut gathered = gathered();
        for (number, row) in [("1", "a"), ("2", "b"), ("1", "c"), ("3", "d"), ("2", "e")] {
            gathered.add(number, row.as_bytes()).unwrap();
        }
        assert!(gathered.add_to_last(b"f").unwrap());
        assert_eq!(gathered.orders(), 3);
        assert_eq!(all(gathered), ["<a,c>", "<b,e,f>", "<d>"]);
    }

    #[test]
    fn a_newer_file_replaces_what_an_older_one_said() {
        let mut gathered = gathered();
        assert!(!gathered.add_to_last(b"x").unwrap());
        gathered.add("1", b"old").unwrap();
        gathered.add("1", b"too").unwrap();
        gathered.add("2", b"stays").unwrap();
        gathered.next_file(("[".to_owned(), "]"));
        assert!(!gathered.add_to_last(b"x").unwrap());
        gathered.add("1", b"new").unwrap();
        gathered.add("1", b"task").unwrap();
        assert_eq!(all(gathered), ["[new,task]", "<stays>"]);
    }

    #[test]
    fn half_of_a_file_leaves_nothing_behind() {
        let mut gathered = gathered();
        gathered.add("1", b"old").unwrap();
        gathered.mark();
        gathered.next_file(("[".to_owned(), "]"));
        gathered.add("1", b"half").unwrap();
        gathered.add("2", b"half").unwrap();
        gathered.back().unwrap();
        gathered.mark();
        gathered.next_file(("{".to_owned(), "}"));
        gathered.add("2", b"new").unwrap();
        assert_eq!(all(gathered), ["<old>", "{new}"]);
    }

    #[test]
    fn an_order_that_is_too_large_does_not_stop_the_others() {
        let mut gathered = gathered();
        let half = vec![b'x'; LARGEST / 2 + 1];
        gathered.add("1", &half).unwrap();
        gathered.add("2", b"b").unwrap();
        gathered.add("1", &half).unwrap();
        assert_eq!(all(gathered), ["too large", "<b>"]);
    }

    #[test]
    fn what_is_much_lies_in_a_file_and_comes_back_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let mut gathered = Gathered::new(folder.path());
        gathered.next_file((String::new(), ""));
        let row = vec![b'x'; 1024];
        for number in 0..40_000 {
            gathered.add(&(number % 20_000).to_string(), &row).unwrap();
        }
        let all = all(gathered);
        assert_eq!(all.len(), 20_000);
        assert!(all.iter().all(|order| order.len() == 2_049));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the file has no name");
    }
}
