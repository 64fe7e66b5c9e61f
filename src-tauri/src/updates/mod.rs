//! Keeps the program up to date: looks for a newer one, downloads it beside the work, and puts it in the place of this one
//! when no import runs. None of this needs the database or a page that works: a release that broke either can still be mended
//! by the next. The key and the address are part of a release (docs/decisions/0020-updates.md); any other build stays as it is.

mod ask;
mod download;
mod install;
mod kept;
mod package;
mod place;
mod replace;
mod state;
mod words;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use muster_core::{Error, ErrorCode, Result, small_file};
use tauri::{AppHandle, Manager};
use tauri_plugin_updater::{Config, Update, Updater, UpdaterExt as _};
use tauri_specta::Event;
use tokio::sync::Notify;
use tokio::time::timeout;

pub(crate) use install::{install_at_start, waits};
pub(crate) use state::{ReleaseChannel, Updating};

use crate::setup;
use kept::Kept;
use place::Place;
use state::{Problem, Stage};
use words::Failed;

/// The name of the plugin in the configuration.
const PLUGIN: &str = "updater";
/// How long the list of versions may take, and how large it may be, unpacked. It is not signed.
const LIST_TIME: Duration = Duration::from_secs(30);
const LIST_BYTES: usize = 1024 * 1024;
/// No version has a longer name, in bytes.
const VERSION_BYTES: usize = 64;
/// How long a connection may take, and a download may stand still.
const CONNECTING: Duration = Duration::from_secs(15);
const STANDSTILL: Duration = Duration::from_mins(1);
/// How often the clock is looked at: a computer that slept has not counted its hours.
const CLOCK: Duration = Duration::from_mins(5);

/// What is known of newer programs.
#[derive(Debug)]
pub(crate) struct Updates {
    /// None in a build that does not update itself, or without a place for what is downloaded.
    home: Option<Home>,
    state: Mutex<Updating>,
    /// A look that somebody asked for.
    asked: Notify,
    /// One at a time: a look that finds another version, or an installation.
    at_work: Arc<tokio::sync::Mutex<()>>,
    /// The version that a page offers to the person: it is broken if it does not.
    offered: Mutex<Option<String>>,
    /// A window of the system is open that asks in its place.
    asking: AtomicBool,
}

/// Where a release finds the next one, and where it keeps it.
#[derive(Debug, Clone)]
struct Home {
    config: Config,
    /// The data directory.
    folder: PathBuf,
    kept: Kept,
}

/// The state of the updates moved: ask for it.
#[derive(Debug, Clone, serde::Serialize, specta::Type, Event)]
pub(crate) struct UpdatesMoved;

impl Updates {
    /// For a program with this configuration. Nothing is looked at yet.
    pub(crate) fn new(app: &AppHandle) -> Self {
        let current = app.package_info().version.to_string();
        match Home::of(app) {
            Ok(home) => {
                let channel = home.kept.settings().channel;
                let waiting = home.kept.waiting().filter(|waiting| is_newer(app, &waiting.news.version));
                let stage = waiting.map_or(Stage::Unknown, |waiting| Stage::Ready { news: waiting.news });
                let asks = place::of_this_program() == Place::Guarded;
                Self::with(Some(home), Updating { asks, ..Updating::new(current, channel, stage) })
            }
            Err(why) => {
                Self::with(None, Updating::new(current, ReleaseChannel::Stable, Stage::Off { why: why.to_owned() }))
            }
        }
    }

    fn with(home: Option<Home>, state: Updating) -> Self {
        let (asked, at_work, offered) = (Notify::new(), Arc::default(), Mutex::default());
        Self { home, state: Mutex::new(state), asked, at_work, offered, asking: AtomicBool::new(false) }
    }

    /// How things stand.
    pub(crate) fn state(&self) -> Updating {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A page shows the person that this version is ready.
    pub(crate) fn offers(&self, version: String) {
        *self.offered.lock().unwrap_or_else(PoisonError::into_inner) = Some(version);
    }

    /// Looks for a newer program as soon as possible.
    pub(crate) fn look_now(&self) {
        self.asked.notify_one();
    }

    /// From now on that channel is looked at.
    pub(crate) fn choose(&self, app: &AppHandle, channel: ReleaseChannel) -> Result<()> {
        let home = self.home()?;
        home.kept.choose(channel).map_err(|error| Error::new(ErrorCode::Io, words::not_kept(&error)))?;
        // What is kept is of the other channel, and no start may install it. It can be fetched again.
        if let Ok(_alone) = self.at_work.try_lock() {
            home.kept.forget().map_err(|error| Error::new(ErrorCode::Io, words::not_kept(&error)))?;
            self.change(app, |state| state.stage = Stage::Unknown);
        }
        self.change(app, |state| state.channel = channel);
        self.look_now();
        Ok(())
    }

    fn home(&self) -> Result<&Home> {
        self.home.as_ref().ok_or_else(|| Error::new(ErrorCode::NotFound, state::NOT_A_RELEASE))
    }

    /// Changes the state and tells the pages.
    fn change(&self, app: &AppHandle, change: impl FnOnce(&mut Updating)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        if let Err(error) = UpdatesMoved.emit(app) {
            tracing::warn!("the pages could not be told of an update: {error}");
        }
    }
}

impl Home {
    /// Where this build finds its updates; else why it finds none.
    fn of(app: &AppHandle) -> std::result::Result<Self, &'static str> {
        let config = app.config().plugins.0.get(PLUGIN).ok_or(state::NOT_A_RELEASE)?;
        let config: Config = serde_json::from_value(config.clone()).map_err(|error| {
            tracing::error!("the configuration of the updates cannot be read: {error}");
            state::NOT_A_RELEASE
        })?;
        let folder = setup::folder().map_err(|_| state::NO_FOLDER)?;
        Ok(Self { config, kept: Kept::new(&folder), folder })
    }

    /// Asks for the list of this channel: the newer version that it names, if there is one. It is read here and not by the
    /// plugin, which would read a list without end.
    async fn offer(&self, app: &AppHandle, channel: ReleaseChannel) -> std::result::Result<Option<Update>, Failed> {
        let stable = self.config.endpoints.first().ok_or(tauri_plugin_updater::Error::EmptyEndpoints)?;
        let list = timeout(LIST_TIME, small_file(&channel.address(stable), LIST_BYTES)).await;
        let list = list.map_err(|_| Failed::passing("The server of the updates is too slow."))??;
        let list = list.ok_or(tauri_plugin_updater::Error::ReleaseNotFound)?;
        let list = serde_json::from_slice(&list).map_err(tauri_plugin_updater::Error::from)?;
        let update = self.updater(app)?.restore_update(list)?;
        if update.as_ref().is_some_and(|update| update.version.len() > VERSION_BYTES) {
            return Err(Failed::new("The list of versions cannot be read."));
        }
        Ok(update)
    }

    /// What verifies, fetches and installs.
    fn updater(&self, app: &AppHandle) -> std::result::Result<Updater, Failed> {
        let insecure = self.config.dangerous_insecure_transport_protocol;
        let updater = app
            .updater_builder()
            .configure_client(move |client| {
                client.https_only(!insecure).connect_timeout(CONNECTING).read_timeout(STANDSTILL)
            })
            .build()?;
        Ok(updater)
    }
}

/// Whether this build updates itself. The plugin wants its configuration, so it comes only with one.
pub(crate) fn is_configured(context: &tauri::Context) -> bool {
    context.config().plugins.0.contains_key(PLUGIN)
}

/// Looks at the start, every six hours, and whenever somebody asks, for as long as the program runs.
pub(crate) async fn keep(app: AppHandle) {
    let updates = app.state::<Updates>();
    let Some(home) = &updates.home else { return };
    loop {
        let found = look(&app, &updates, home).await;
        let looked = Timestamp::now();
        let due = words::next_look(looked, found.as_ref().err(), &mut random);
        // A clock that was put back says nothing about how long it has been.
        while (looked..due).contains(&Timestamp::now()) {
            tokio::select! {
                () = tokio::time::sleep(CLOCK) => {}
                () = updates.asked.notified() => break,
            }
        }
    }
}

/// One look: asks for the list of the channel and, if it names a newer program, has it downloaded.
async fn look(app: &AppHandle, updates: &Updates, home: &Home) -> std::result::Result<(), Failed> {
    let _alone = updates.at_work.lock().await;
    updates.change(app, |state| state.looking = true);
    let found = find(app, updates, home, updates.state().channel).await;
    updates.change(app, |state| {
        state.looking = false;
        match &found {
            Ok(()) => state.looked = Some(Timestamp::now()),
            Err(failed) => {
                tracing::warn!("no update: {}", failed.detail);
                if matches!(state.stage, Stage::Downloading { .. }) {
                    state.stage = Stage::Unknown;
                }
                // A version that is here and could not be installed is what a person has to know.
                if state.ready().is_none_or(|news| !state.refused(news)) {
                    let words = failed.words.clone();
                    state.problem = Some(Problem { words, passing: failed.passing, version: None });
                }
            }
        }
    });
    if found.is_ok() && updates.state().ready().is_some() {
        tauri::async_runtime::spawn(ask::unless_a_page_does(app.clone()));
    }
    found
}

async fn find(
    app: &AppHandle,
    updates: &Updates,
    home: &Home,
    channel: ReleaseChannel,
) -> std::result::Result<(), Failed> {
    let Some(update) = home.offer(app, channel).await? else {
        // Perhaps the one that was kept has been taken back.
        home.kept.forget()?;
        updates.change(app, |state| {
            state.stage = Stage::Newest;
            state.problem = None;
        });
        return Ok(());
    };
    let news = state::News::of(&update);
    if !home.kept.holds(&update) {
        // Whatever is kept is not what the channel offers.
        home.kept.forget()?;
        if let Some(why) = place::of_this_program().hindrance() {
            updates.change(app, |state| {
                state.stage = Stage::ByHand { news, why };
                state.problem = None;
            });
            return Ok(());
        }
        let bytes = download::fetch(app, updates, home, &update, &news).await?;
        home.kept.keep(&update, &bytes)?;
        tracing::info!(version = update.version, bytes = bytes.len(), "an update is ready");
    }
    updates.change(app, |state| {
        // What stood in the way of installing it is still to be read.
        if !state.refused(&news) {
            state.problem = None;
        }
        state.stage = Stage::Ready { news };
    });
    Ok(())
}

fn is_newer(app: &AppHandle, version: &str) -> bool {
    version.parse().is_ok_and(|version: semver::Version| version > app.package_info().version)
}

/// A number from 0 to below 1.
fn random() -> f64 {
    // Without any chance everybody looks at the same time, which does no harm here.
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}
