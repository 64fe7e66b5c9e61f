//! A gate in the middle of an answer: a test knows that the client has what comes before it, does what it wants, and
//! then lets the rest through. This takes the place of sleeping.

use std::sync::Arc;

use tokio::sync::watch;

/// Holds an answer back after a number of bytes of its (unpacked) body. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate {
    after: u64,
    reached: Arc<watch::Sender<bool>>,
    open: Arc<watch::Sender<bool>>,
}

impl Gate {
    /// A closed gate after so many bytes of the body; 0 is right after the head. An answer that is shorter stops at
    /// its end.
    pub fn after(bytes: u64) -> Self {
        Self { after: bytes, reached: Arc::new(watch::Sender::new(false)), open: Arc::new(watch::Sender::new(false)) }
    }

    /// Waits until an answer stands before the gate: everything before it is handed to the operating system.
    pub async fn reached(&self) {
        // The sender lives in `self`: this cannot fail.
        let _ = self.reached.subscribe().wait_for(|reached| *reached).await;
    }

    /// Lets this answer, and all later ones, through.
    pub fn release(&self) {
        self.open.send_replace(true);
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.after
    }

    pub(crate) async fn wait(&self) {
        self.reached.send_replace(true);
        let _ = self.open.subscribe().wait_for(|open| *open).await;
    }
}
