//! One thread that owns the connection to the store, and does everything on it in order.
//!
//! Why a thread: a store can block for ever (a bus that accepts and never speaks, a question that nobody answers), and a
//! blocked thread of the async runtime would keep the whole program from ending. Here the caller stops waiting and leaves the
//! thread behind. And Windows does not keep the order of operations that come from different threads.

use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use keyring_core::CredentialStore;

use super::super::SecretError;
use super::{Connect, translate};

/// How long to wait for the store to be reached. No person is asked anything; a bus may have to start the keyring daemon.
const CONNECT_PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait for an answer: the time that a person may need to unlock a keyring.
const ANSWER_PATIENCE: Duration = Duration::from_mins(2);

type Job = Box<dyn FnOnce(&CredentialStore) + Send>;

pub(super) struct Worker {
    connect: Arc<Connect>,
    current: Mutex<Current>,
    connect_patience: Duration,
    answer_patience: Duration,
}

/// The thread that takes jobs. There is one only while there is a connection.
#[derive(Default)]
struct Current {
    jobs: Option<Sender<Job>>,
    /// Counts threads, so that only the one that failed is given up, not the one that has taken its place.
    generation: u64,
}

impl Worker {
    pub(super) fn new(connect: Arc<Connect>) -> Self {
        Self {
            connect,
            current: Mutex::default(),
            connect_patience: CONNECT_PATIENCE,
            answer_patience: ANSWER_PATIENCE,
        }
    }

    #[cfg(test)]
    pub(super) fn set_patience(&mut self, connect: Duration, answer: Duration) {
        self.connect_patience = connect;
        self.answer_patience = answer;
    }

    /// Runs `act` on the worker's thread and waits for its result, within limits. A connection that fails, and was not made
    /// just now, is made anew and `act` is tried once more; so `act` must bear being done twice.
    pub(super) fn run<T, F>(&self, act: F) -> Result<T, SecretError>
    where
        T: Send + 'static,
        F: Fn(&CredentialStore) -> keyring_core::Result<T> + Send + Sync + 'static,
    {
        let act = Arc::new(act);
        let mut again = true;
        loop {
            let (jobs, generation, fresh) = self.jobs()?;
            let may_retry = std::mem::take(&mut again) && !fresh;
            let (reply, answer) = channel();
            let act = Arc::clone(&act);
            let job = Box::new(move |store: &CredentialStore| {
                // Nobody may be waiting any more.
                let _ = reply.send(act(store));
            });
            // Should the thread be gone, the job is dropped and the channel below is closed.
            let _ = jobs.send(job);
            match answer.recv_timeout(self.answer_patience) {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(keyring_core::Error::PlatformFailure(_))) if may_retry => {
                    self.give_up(generation);
                }
                Ok(Err(error)) => return Err(translate(error)),
                Err(RecvTimeoutError::Timeout) => {
                    self.give_up(generation);
                    return Err(SecretError::NoAnswer);
                }
                // The thread has ended: the store's crate panicked.
                Err(RecvTimeoutError::Disconnected) => {
                    self.give_up(generation);
                    if !may_retry {
                        return Err(SecretError::StoreFailed {
                            source: "the thread of the credential store ended".into(),
                        });
                    }
                }
            }
        }
    }

    /// Where to send jobs, the generation, and whether the connection was made for this call.
    fn jobs(&self) -> Result<(Sender<Job>, u64, bool), SecretError> {
        // Held while connecting: whoever comes second waits for the same connection.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(jobs) = &current.jobs {
            return Ok((jobs.clone(), current.generation, false));
        }
        let (jobs, queue) = channel();
        let (ready, connected) = channel();
        let connect = Arc::clone(&self.connect);
        thread::Builder::new()
            .name("muster-secrets".to_owned())
            .spawn(move || serve(&*connect, &ready, &queue))
            .map_err(|error| SecretError::StoreFailed { source: error.into() })?;
        match connected.recv_timeout(self.connect_patience) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(no_store(error)),
            Err(RecvTimeoutError::Timeout) => return Err(SecretError::NoAnswer),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(SecretError::StoreFailed { source: "the credential store could not be reached".into() });
            }
        }
        current.jobs = Some(jobs.clone());
        current.generation += 1;
        Ok((jobs, current.generation, true))
    }

    /// Leaves the thread of this generation to itself; it ends when its last job does.
    fn give_up(&self, generation: u64) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.generation == generation {
            current.jobs = None;
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}

fn serve(connect: &Connect, ready: &Sender<keyring_core::Result<()>>, queue: &Receiver<Job>) {
    match connect() {
        Ok(store) => {
            if ready.send(Ok(())).is_ok() {
                for job in queue {
                    job(&*store);
                }
            }
        }
        Err(error) => {
            let _ = ready.send(Err(error));
        }
    }
}

/// A store that cannot be reached is not there, as far as an admin is concerned, whatever the system calls it.
fn no_store(error: keyring_core::Error) -> SecretError {
    match translate(error) {
        SecretError::StoreFailed { source } => SecretError::NoStore { source },
        error => error,
    }
}
