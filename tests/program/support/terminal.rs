//! A person at a terminal: `script` (of every Debian) gives the program one, and keys are pressed when it asks and does not
//! show them any more.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use super::Program;

impl Program {
    /// Runs it at a terminal and answers each question with a line. Gives whether it went well, and all that stood on
    /// the screen.
    pub(crate) async fn at_terminal(&self, args: &[&str], answers: &[(&str, &str)]) -> (bool, String) {
        let command = self.command(args);
        let words = std::iter::once(command.as_std().get_program()).chain(command.as_std().get_args());
        let words = words.map(|word| format!("'{}'", word.to_str().expect("text").replace('\'', "'\\''")));
        let line = format!("tty; exec {}", words.collect::<Vec<_>>().join(" "));
        let mut script = Command::new("script");
        for (name, value) in command.as_std().get_envs() {
            match value {
                Some(value) => script.env(name, value),
                None => script.env_remove(name),
            };
        }
        script.env("SHELL", "/bin/sh").args(["-q", "-e", "-c", &line, "/dev/null"]);
        script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = script.spawn().expect("script (bsdutils) is there");
        let (mut keys, mut shown) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let mut screen = Vec::new();
        let mut seen = 0;
        for (question, answer) in answers {
            loop {
                if let Some(at) = memchr::memmem::find(&screen[seen..], question.as_bytes()) {
                    seen += at + question.len();
                    break;
                }
                // The bound is there to end a test that would never end.
                let read = tokio::time::timeout(Duration::from_mins(1), shown.read_buf(&mut screen)).await;
                let ended = !matches!(read, Ok(Ok(length)) if length > 0);
                assert!(!ended, "it never asked {question:?}: {}", String::from_utf8_lossy(&screen));
            }
            hides_keys(&screen).await;
            keys.write_all(format!("{answer}\n").as_bytes()).await.expect("it listens");
        }
        shown.read_to_end(&mut screen).await.expect("it ends");
        drop(keys);
        let status = child.wait().await.expect("it can be waited for");
        self.said.lock().expect("no test has panicked with it").extend(&screen);
        (status.success(), String::from_utf8_lossy(&screen).into_owned())
    }
}

/// Waits until the terminal does not show what is typed. Its name is the first line on the screen.
async fn hides_keys(screen: &[u8]) {
    let screen = String::from_utf8_lossy(screen);
    let terminal = screen.lines().next().expect("the name of the terminal");
    super::until("keys are not shown", async || {
        let asked =
            Command::new("stty").args(["-F", terminal, "-a"]).output().await.expect("stty (coreutils) is there");
        String::from_utf8_lossy(&asked.stdout).split_whitespace().any(|word| word == "-echo")
    })
    .await;
}
