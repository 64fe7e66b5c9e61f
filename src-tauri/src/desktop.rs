//! What the shell keeps while it runs: the open core, and who is signed in. It asks core for a door for each command.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use muster_core::{Admin, Error, ErrorCode, Muster, Office, Result, Session};
use tokio::sync::{Notify, RwLock};

use crate::events::Changed;
use crate::setup;

/// Faults of the pages that are noted in one run of the program.
const MOST_FAULTS: u32 = 200;

/// The program in its window.
#[derive(Debug)]
pub(crate) struct Desktop {
    folder: Result<PathBuf>,
    /// None until it has been tried to open the data directory.
    opened: RwLock<Option<Result<Muster>>>,
    session: Mutex<Option<Session>>,
    /// Faults of the pages that are still noted: a page that fails in a circle must not fill the disk.
    faults: AtomicU32,
    /// Whether what goes on beside the window has begun.
    at_work: AtomicBool,
    pub(crate) changed: Changed,
    /// Tells a validation that is under way to end.
    pub(crate) validation_cancelled: Notify,
}

impl Desktop {
    /// Over the data directory of this person, or the one that was asked for. Nothing is opened yet.
    pub(crate) fn new() -> Self {
        Self {
            folder: setup::folder(),
            opened: RwLock::default(),
            session: Mutex::default(),
            faults: AtomicU32::new(MOST_FAULTS),
            at_work: AtomicBool::new(false),
            changed: Changed::default(),
            validation_cancelled: Notify::new(),
        }
    }

    /// Where the data is, for a person.
    pub(crate) fn folder(&self) -> String {
        self.folder.as_ref().map(|folder| folder.display().to_string()).unwrap_or_default()
    }

    /// Why the data is in danger where it is, for a person.
    pub(crate) async fn folder_risk(&self) -> Option<String> {
        let folder = self.folder.as_ref().ok()?.clone();
        // A network drive may take its time to answer.
        let risk = tauri::async_runtime::spawn_blocking(move || muster_core::folder::risk(&folder));
        risk.await.ok().flatten().map(|risk| risk.to_string())
    }

    /// The core; opens it the first time, and says why if that did not work.
    pub(crate) async fn muster(&self) -> Result<Muster> {
        if let Some(opened) = self.opened.read().await.as_ref() {
            return opened.clone();
        }
        let mut opened = self.opened.write().await;
        if let Some(opened) = opened.as_ref() {
            return opened.clone();
        }
        let result = match &self.folder {
            Ok(folder) => setup::open(folder).await,
            Err(error) => Err(error.clone()),
        };
        if let Err(error) = &result
            && self.faults_left()
        {
            tracing::error!("the data directory could not be opened: {}", error.message);
        }
        opened.insert(result).clone()
    }

    /// Forgets that it could not be opened, so that the next one tries again.
    pub(crate) async fn forget_failure(&self) {
        let mut opened = self.opened.write().await;
        if opened.as_ref().is_some_and(Result::is_err) {
            *opened = None;
        }
    }

    /// The core, if it is open.
    pub(crate) async fn open_muster(&self) -> Option<Muster> {
        self.opened.read().await.as_ref().and_then(|opened| opened.as_ref().ok()).cloned()
    }

    /// Who is signed in, if anybody is.
    pub(crate) fn session(&self) -> Result<Session> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        session.clone().ok_or_else(|| Error::new(ErrorCode::SignedOut, "Sign in first."))
    }

    /// From now on this person is signed in, or nobody.
    pub(crate) fn set_session(&self, new: Option<Session>) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = new;
    }

    /// What Staff and Admins may do, if such a person is signed in.
    pub(crate) async fn office(&self) -> Result<Office> {
        let session = self.session()?;
        let door = self.muster().await?.office(&session).await;
        self.still_in(&session, door)
    }

    /// What an Admin may do, if one is signed in.
    pub(crate) async fn admin(&self) -> Result<Admin> {
        let session = self.session()?;
        let door = self.muster().await?.admin(&session).await;
        self.still_in(&session, door)
    }

    /// Whether what goes on beside the window is still to begin; it begins once.
    pub(crate) fn begins_work(&self) -> bool {
        !self.at_work.swap(true, Ordering::SeqCst)
    }

    /// Whether one more fault of the pages is noted.
    pub(crate) fn faults_left(&self) -> bool {
        self.faults.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    /// Forgets a session that core does not accept any more; not one that somebody has meanwhile.
    fn still_in<T>(&self, used: &Session, door: Result<T>) -> Result<T> {
        if door.as_ref().is_err_and(|error| error.code == ErrorCode::SignedOut) {
            self.forget(used);
        }
        door
    }

    /// Signs out whoever has that session.
    pub(crate) fn forget(&self, ended: &Session) {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        if session.as_ref() == Some(ended) {
            *session = None;
        }
    }
}
