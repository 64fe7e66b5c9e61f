//! Orders on their way from the client system to the list: read once, kept in a temporary file, so that memory does not
//! grow with the list. The file has no name and is gone with the process.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::model::WorkOrder;

/// One order that waits to be applied.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Spooled<'a> {
    /// Its place in the list.
    pub(super) place: u32,
    /// The hash of its bytes.
    pub(super) hash: u128,
    /// What was read of it.
    pub(super) order: WorkOrder<'a>,
}

#[derive(Debug)]
pub(super) struct Spool {
    file: BufWriter<File>,
    buffer: Vec<u8>,
}

impl Spool {
    /// An empty one, in `folder`: the system's folder for temporary files may lie in memory.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { file: BufWriter::with_capacity(256 * 1024, tempfile::tempfile_in(folder)?), buffer: Vec::new() })
    }

    pub(super) fn push(&mut self, spooled: &Spooled<'_>) -> io::Result<()> {
        self.buffer.clear();
        self.buffer = postcard::to_extend(spooled, std::mem::take(&mut self.buffer)).map_err(io::Error::other)?;
        let length = u32::try_from(self.buffer.len()).map_err(io::Error::other)?;
        self.file.write_all(&length.to_le_bytes())?;
        self.file.write_all(&self.buffer)
    }

    /// From the first order on. May be read any number of times.
    pub(super) fn read(&mut self) -> io::Result<SpoolReader> {
        self.file.flush()?;
        let mut file = self.file.get_ref().try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(SpoolReader { file: BufReader::with_capacity(256 * 1024, file), buffer: Vec::new() })
    }
}

#[derive(Debug)]
pub(super) struct SpoolReader {
    file: BufReader<File>,
    buffer: Vec<u8>,
}

impl SpoolReader {
    /// The next order; none after the last.
    pub(super) fn next(&mut self) -> io::Result<Option<Spooled<'static>>> {
        let mut length = [0; 4];
        match self.file.read_exact(&mut length) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
        self.buffer.resize(u32::from_le_bytes(length) as usize, 0);
        self.file.read_exact(&mut self.buffer)?;
        postcard::from_bytes(&self.buffer).map(Some).map_err(io::Error::other)
    }
}
