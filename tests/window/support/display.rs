//! A display without a screen: each window has its own, so that no two of them ask for the keyboard.

use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// As large as the window, which no window manager places.
const SCREEN: &str = "1280x800x24";

/// The window, as tauri.conf.json has it.
const WINDOW: (usize, usize) = (1280, 800);

/// A running display. It ends when it is dropped, and with it whatever is shown on it.
#[derive(Debug)]
pub(crate) struct Display {
    _server: Child,
    /// Where the server keeps what is shown, as a file.
    memory: TempDir,
    pub(crate) name: String,
}

impl Display {
    /// Starts one under the first number that is free.
    pub(crate) async fn start() -> Self {
        let memory = tempfile::tempdir().expect("a folder for what is shown");
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-nocursor", "-fbdir"])
            .arg(memory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("Xvfb starts (`cargo xtask test` installs it)");
        let mut number = String::new();
        let output = server.stdout.take().expect("its output is a pipe");
        BufReader::new(output).read_line(&mut number).await.expect("Xvfb says its number");
        let number = number.trim();
        assert!(!number.is_empty(), "Xvfb did not start");
        Self { name: format!(":{number}"), memory, _server: server }
    }

    /// What is shown in the upper left corner, where the window is: what a person would see. The picture that the driver can
    /// take is none of it, and without a graphics card it never comes for some pages.
    pub(crate) fn shown(&self) -> Shown {
        let dump = std::fs::read(self.memory.path().join("Xvfb_screen0")).expect("the server shows something");
        // The file of a window dump (xwd): a head of numbers, colours that a deep screen does not use, then the pixels.
        let number = |at: usize| {
            let bytes = dump[4 * at..4 * at + 4].try_into().expect("four bytes");
            u32::from_be_bytes(bytes) as usize
        };
        let (head, line, colours) = (number(0), number(12), number(19));
        assert_eq!((number(1), number(7), number(11)), (7, 0, 32), "a dump of four bytes a pixel, blue first");
        let (width, height) = WINDOW;
        let rows = dump[head + 12 * colours..].chunks(line).take(height);
        Shown(rows.flat_map(|row| &row[..4 * width]).copied().collect())
    }
}

/// What a display showed: four bytes a pixel, blue first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shown(Vec<u8>);

impl Shown {
    /// As a PNG.
    pub(crate) fn png(&self) -> Vec<u8> {
        let (width, height) = WINDOW;
        let rgb: Vec<u8> = self.0.chunks(4).flat_map(|bgr| [bgr[2], bgr[1], bgr[0]]).collect();
        let size = |length: usize| u32::try_from(length).expect("a screen is small");
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, size(width), size(height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().expect("a head");
        writer.write_image_data(&rgb).expect("the pixels");
        writer.finish().expect("an end");
        png
    }
}
