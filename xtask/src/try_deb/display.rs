//! A display without a screen, outside of the root: what the package needs has to come with the package.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::Result;

/// A running display. It ends when it is dropped.
pub(super) struct Display {
    server: Child,
    /// Where the server keeps what is shown, as a file.
    memory: PathBuf,
    pub(super) name: String,
}

impl Display {
    /// Starts one under the first number that is free.
    pub(super) fn start() -> Result<Self> {
        let memory = std::env::temp_dir().join(format!("muster-display-{}", std::process::id()));
        fs::create_dir_all(&memory)?;
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-nocursor", "-fbdir"])
            .arg(&memory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            BufReader::new(output).read_line(&mut number)?;
        }
        let display = Self { server, memory, name: format!(":{}", number.trim()) };
        if display.name == ":" { Err("Xvfb did not start".into()) } else { Ok(display) }
    }

    /// How many colours are on the screen.
    pub(super) fn colours(&self) -> Result<usize> {
        colours(&fs::read(self.memory.join("Xvfb_screen0"))?)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended already, and a rest in the temporary directory hurts nobody.
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.memory);
    }
}

/// The colours in a window dump (xwd): a head of numbers, a table that a deep screen does not use, then four bytes a pixel.
fn colours(dump: &[u8]) -> Result<usize> {
    let number = |at: usize| -> Option<usize> {
        let bytes = dump.get(4 * at..4 * at + 4)?;
        usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
    };
    let pixels = match (number(0), number(1), number(11), number(19)) {
        (Some(head), Some(7), Some(32), Some(table)) => dump.get(head + 12 * table..),
        _ => None,
    };
    let pixels = pixels.ok_or("what the display shows cannot be read")?;
    Ok(pixels.chunks_exact(4).collect::<BTreeSet<_>>().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colours_of_a_dump_are_counted_without_its_head() {
        let mut dump: Vec<u8> = Vec::new();
        for at in 0..25_u32 {
            let number: u32 = match at {
                0 => 104,
                1 => 7,
                11 => 32,
                19 => 1,
                _ => at,
            };
            dump.extend(number.to_be_bytes());
        }
        // The end of the head, and a table of one colour.
        dump.extend([9; 4 + 12]);
        dump.extend([0, 0, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0]);
        assert_eq!(colours(&dump).expect("a dump"), 2);
        assert!(colours(b"something else").is_err());
    }
}
