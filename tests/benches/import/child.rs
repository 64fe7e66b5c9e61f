//! Every piece of work runs in a process of its own: this program again, with a job. Then time and memory are those of
//! that piece and nothing else.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::process::{Child, Command};

use crate::measure::Cost;
use crate::simulator::Client;
use crate::{Result, baseline, muster, reader};

/// The first argument of a process that has a job; the second is the job as JSON.
pub(crate) const JOB: &str = "--job";

/// What there is to do in a process of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) folder: PathBuf,
    pub(crate) client: Client,
    pub(crate) work: Work,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Work {
    /// Make the database and the integration.
    Prepare,
    Import {
        by: By,
        kind: Kind,
    },
    /// Read pages until the input ends.
    Read,
}

/// Who imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum By {
    Muster,
    Baseline,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Refresh,
    FullImport,
}

/// What an import did, for the check that both did the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) added: u64,
    pub(crate) changed: u64,
    pub(crate) unchanged: u64,
    pub(crate) removed: u64,
}

/// An import that was measured.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) cost: Cost,
    pub(crate) counts: Counts,
}

impl Job {
    pub(crate) fn new(folder: &Path, client: &Client, work: Work) -> Self {
        Self { folder: folder.to_owned(), client: client.clone(), work }
    }

    /// Does the job here, and prints what came of it as JSON.
    pub(crate) async fn work(self) -> Result {
        match self.work {
            Work::Prepare => {
                muster::prepare(&self).await?;
                say(&())
            }
            Work::Import { by: By::Muster, kind } => say(&muster::import(&self, kind).await?),
            Work::Import { by: By::Baseline, kind } => say(&baseline::import(&self, kind).await?),
            Work::Read => say(&reader::read(&self).await?),
        }
    }

    /// Starts a process that does the job. Its input stays open until [`Started::result`].
    pub(crate) fn start(&self) -> Result<Started> {
        let child = Command::new(std::env::current_exe()?)
            .args([JOB, &serde_json::to_string(self)?])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Started(child))
    }

    /// Has the job done by another process.
    pub(crate) async fn done<T: DeserializeOwned>(&self) -> Result<T> {
        self.start()?.result().await
    }
}

/// A process that does a job.
#[derive(Debug)]
pub(crate) struct Started(Child);

impl Started {
    /// Ends its input and waits for what came of it.
    pub(crate) async fn result<T: DeserializeOwned>(mut self) -> Result<T> {
        drop(self.0.stdin.take());
        let output = self.0.wait_with_output().await?;
        if !output.status.success() {
            return Err(format!("a measured process ended with {}", output.status).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

#[expect(clippy::print_stdout, reason = "the parent process reads it")]
fn say(result: &impl Serialize) -> Result {
    println!("{}", serde_json::to_string(result)?);
    Ok(())
}
