//! A display without a screen: each window has its own, so that no two of them ask for the keyboard.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Somewhat larger than the window, which no window manager places.
const SCREEN: &str = "1280x900x24";

/// A running display. It ends when it is dropped, and with it whatever is shown on it.
#[derive(Debug)]
pub(crate) struct Display {
    _server: Child,
    pub(crate) name: String,
}

impl Display {
    /// Starts one under the first number that is free.
    pub(crate) async fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"])
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
        Self { name: format!(":{number}"), _server: server }
    }
}
