//! What the pages are told without asking: one event, in batches, with ids and small snapshots. A page that reloads asks
//! for the state (`live`) and then takes what is newer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use muster_core::model::Role;
use muster_core::{ErrorCode, Muster, Phase, Progress};
use serde::Serialize;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;

use crate::desktop::Desktop;

/// Events are at least so far apart.
const PACE: Duration = Duration::from_millis(100);
/// How often to look whether another program has changed the database.
const LOOK: Duration = Duration::from_secs(3);

/// Something changed.
#[derive(Debug, Clone, Serialize, specta::Type, Event)]
pub(crate) struct Changes {
    /// Counted up from the start of the program; what is not newer than what `live` said is known already.
    pub(crate) sequence: u64,
    /// The newest snapshot of each import that moved.
    pub(crate) imports: Vec<Progress>,
    /// The integrations changed: ask again.
    pub(crate) integrations: bool,
    /// The projects changed: ask again.
    pub(crate) projects: bool,
}

/// What has changed and has not been told yet.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    sequence: AtomicU64,
    integrations: AtomicBool,
    projects: AtomicBool,
    wake: Notify,
}

impl Changed {
    /// The integrations, their imports or their people changed.
    pub(crate) fn integrations(&self) {
        self.integrations.store(true, Ordering::Relaxed);
        self.wake.notify_one();
    }

    /// The projects changed.
    pub(crate) fn projects(&self) {
        self.projects.store(true, Ordering::Relaxed);
        self.wake.notify_one();
    }

    /// The number of the newest event.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence.load(Ordering::SeqCst)
    }
}

/// Tells the pages what changes, for as long as the program runs.
pub(crate) async fn tell(app: AppHandle, muster: Muster) {
    let desktop = app.state::<Desktop>();
    let changed = &desktop.changed;
    let mut events = muster.watch();
    let mut moved: BTreeMap<i64, Progress> = BTreeMap::new();
    let mut known = None;
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(progress) => note(changed, &mut moved, progress),
                Err(RecvError::Lagged(_)) => {
                    changed.integrations();
                    changed.projects();
                }
                Err(RecvError::Closed) => return,
            },
            () = changed.wake.notified() => {}
            _ = look.tick() => {
                let Ok(version) = muster.version().await else { continue };
                if known == Some(version) {
                    continue;
                }
                if known.is_some() {
                    changed.integrations();
                    changed.projects();
                }
                known = Some(version);
            }
        }
        // What follows within a moment goes with it.
        tokio::time::sleep(PACE).await;
        while let Ok(progress) = events.try_recv() {
            note(changed, &mut moved, progress);
        }
        send(&app, &desktop, &muster, &mut moved).await;
    }
}

fn note(changed: &Changed, moved: &mut BTreeMap<i64, Progress>, progress: Progress) {
    // A record was added, began to run, or ended.
    if matches!(progress.phase, Phase::Waiting | Phase::Connecting | Phase::Previewed | Phase::Ended) {
        changed.integrations.store(true, Ordering::Relaxed);
    }
    if progress.phase == Phase::Ended {
        changed.projects.store(true, Ordering::Relaxed);
    }
    moved.insert(progress.import, progress);
}

/// Sends one event, with no more in it than the person in front of the window may know.
async fn send(app: &AppHandle, desktop: &Desktop, muster: &Muster, moved: &mut BTreeMap<i64, Progress>) {
    // Who signs in later asks for everything.
    let Ok(session) = desktop.session() else { return moved.clear() };
    let role = match muster.who(&session).await {
        Ok(user) => user.role,
        Err(error) if error.code == ErrorCode::SignedOut => return moved.clear(),
        // It is told with the next one.
        Err(_) => return,
    };
    let mut imports: Vec<Progress> = std::mem::take(moved).into_values().collect();
    let mut integrations = desktop.changed.integrations.swap(false, Ordering::Relaxed);
    let projects = desktop.changed.projects.swap(false, Ordering::Relaxed);
    if role != Role::Admin {
        (imports, integrations) = (Vec::new(), false);
    }
    if imports.is_empty() && !integrations && !projects {
        return;
    }
    let sequence = desktop.changed.sequence.fetch_add(1, Ordering::SeqCst) + 1;
    if let Err(error) = (Changes { sequence, imports, integrations, projects }).emit(app) {
        tracing::warn!("the pages could not be told of changes: {error}");
    }
}
