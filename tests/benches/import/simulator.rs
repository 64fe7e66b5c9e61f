//! The simulated client system, as a process of its own: its work must not count.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Result;

/// Where the simulator is, and how to sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Client {
    pub(crate) url: String,
    control: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) token: String,
    pub(crate) bytes: u64,
}

/// A simulator that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Simulator {
    pub(crate) client: Client,
    http: reqwest::Client,
    child: Child,
    /// The simulator ends with its input.
    _input: Option<ChildStdin>,
}

impl Simulator {
    pub(crate) fn start(orders: usize) -> Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_muster-simulator"))
            .args(["--orders", &orders.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take();
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("the simulator says nothing")?).read_line(&mut line)?;
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
        Ok(Self { client: serde_json::from_str(&line)?, http, child, _input: input })
    }

    /// Has the client do something; its documentation is in `muster_tests::pruvan`.
    pub(crate) async fn control(&self, command: &Value) -> Result {
        let answer = self.http.post(&self.client.control).body(command.to_string()).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        if status.is_success() { Ok(()) } else { Err(text.into()) }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
