//! The queue: one import of an integration runs, at most one more waits, across processes (import rule 1).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::lock::Place;
use super::progress::{Phase, Reporter};
use crate::Inner;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{ImportKind, IntegrationCode};
use crate::store::StoreError;
use crate::store::imports::{self, End, Ended};
use crate::store::integrations::{self, Record};

/// How often a place is looked at that another process may hold: an operating-system lock gives no sign when it is free.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How often to look before it is certain that another import waits, and not just somebody who looks after the dead.
const LOOKS: u32 = 20;

/// The places that an import holds: first that of the one that waits, then that of the one that runs. They are given back
/// when it is dropped, which must be after the end has been recorded: who finds a free place and a record without
/// an end takes the import for dead.
#[derive(Debug)]
pub(super) struct Turn {
    next: Option<Place>,
    run: Option<Place>,
    slot: Option<OwnedSemaphorePermit>,
}

impl Turn {
    /// Others may run beside this one from now on: it works no more, it only holds its place.
    pub(super) fn rest(&mut self) {
        self.slot = None;
    }
}

impl Inner {
    /// Takes the place of the one that waits, and leaves a record.
    pub(super) async fn enqueue(&self, record: &Record, kind: ImportKind, asked_by: &str) -> Result<(i64, Turn)> {
        for _ in 0..LOOKS {
            if let Some(next) = self.imports.places.next(record.id).map_err(|error| place_error(&error))? {
                self.end_dead(record.id, Which::Waiting).await?;
                let tx = self.store.write().await?;
                let id = imports::add(&tx, record.id, &record.code, kind, asked_by).await?;
                tx.commit().await.map_err(StoreError::from)?;
                return Ok((id, Turn { next: Some(next), run: None, slot: None }));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err(self.no_place(format!("Another import of {} waits already.", record.code)))
    }

    /// Waits until it is the import's turn, and notes that it runs.
    pub(super) async fn turn(
        &self,
        record: &Record,
        id: i64,
        turn: &mut Turn,
        cancel: &CancellationToken,
        reporter: &mut Reporter,
    ) -> std::result::Result<(), Ended> {
        reporter.phase(Phase::Waiting, None);
        let wait = async {
            while turn.run.is_none() {
                turn.run = self.imports.places.run(record.id).map_err(|error| place_error(&error))?;
                if turn.run.is_none() {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
            }
            let slot = Arc::clone(&self.imports.slots).acquire_owned().await;
            turn.slot = Some(slot.map_err(|_| Error::new(ErrorCode::Interrupted, "Muster is closing."))?);
            self.end_dead(record.id, Which::Running).await?;
            let tx = self.store.write().await?;
            imports::start(&tx, id, jiff::Timestamp::now()).await?;
            tx.commit().await.map_err(StoreError::from)?;
            turn.next = None;
            Ok(())
        };
        tokio::select! {
            turn = wait => turn.map_err(Ended::Failed),
            () = cancel.cancelled() => Err(Ended::Cancelled),
        }
    }

    /// Holds both places, so that nothing runs or waits; fails if something does.
    pub(crate) async fn both_places(&self, record: &Record) -> Result<(Place, Place)> {
        for _ in 0..LOOKS {
            let next = self.imports.places.next(record.id).map_err(|error| place_error(&error))?;
            let run = self.imports.places.run(record.id).map_err(|error| place_error(&error))?;
            if let Some(places) = next.zip(run) {
                self.end_dead(record.id, Which::Waiting).await?;
                self.end_dead(record.id, Which::Running).await?;
                return Ok(places);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err(self
            .no_place(format!("An import of {} is running or waiting. Cancel it or let it end first.", record.code)))
    }

    /// Why no place was had: another import has it, or Muster is about to be replaced.
    fn no_place(&self, taken: String) -> Error {
        match self.imports.places.closed() {
            Ok(true) => Error::new(ErrorCode::Conflict, "Muster is being updated. Try again when it has started anew."),
            Ok(false) => Error::new(ErrorCode::Conflict, taken),
            Err(error) => place_error(&error),
        }
    }

    /// Ends the records of imports whose process has died. A run counts as interrupted only if its place is free.
    pub(crate) async fn settle_all(&self) -> Result<()> {
        for integration in imports::unsettled(self.store.reader()).await? {
            self.settle(integration).await?;
        }
        Ok(())
    }

    /// The same for one integration.
    pub(crate) async fn settle(&self, integration: i64) -> Result<()> {
        let unfinished = imports::unfinished(self.store.reader(), integration).await?;
        for which in [Which::Running, Which::Waiting] {
            if !unfinished.iter().any(|(_, started)| which.holds(*started)) {
                continue;
            }
            let place = match which {
                Which::Running => self.imports.places.run(integration),
                Which::Waiting => self.imports.places.next(integration),
            };
            if let Some(_held) = place.map_err(|error| place_error(&error))? {
                self.end_dead(integration, which).await?;
            }
        }
        Ok(())
    }

    /// Only for who holds the place: then nobody alive owns such a record.
    async fn end_dead(&self, integration: i64, which: Which) -> Result<()> {
        let unfinished = imports::unfinished(self.store.reader(), integration).await?;
        for (id, _) in unfinished.into_iter().filter(|(_, started)| which.holds(*started)) {
            let message = "The import was cut off: Muster was closed or the machine stopped. Nothing was changed.";
            let ended = Ended::Failed(Error::new(ErrorCode::Interrupted, message));
            let tx = self.store.write().await?;
            imports::finish(&tx, id, &ended, &End::default()).await?;
            tx.commit().await.map_err(StoreError::from)?;
        }
        Ok(())
    }

    /// The integration of that code.
    pub(crate) async fn integration(&self, code: &IntegrationCode) -> Result<Record> {
        let found = integrations::find(self.store.reader(), code).await?;
        found.ok_or_else(|| Error::not_found(format!("There is no integration with the code {code}.")))
    }
}

#[derive(Debug, Clone, Copy)]
enum Which {
    Running,
    Waiting,
}

impl Which {
    /// Whether an import that has started, or has not, holds this place.
    fn holds(self, started: bool) -> bool {
        started == matches!(self, Self::Running)
    }
}

fn place_error(error: &std::io::Error) -> Error {
    Error::new(ErrorCode::Io, format!("The lock of the integration cannot be used: {error}"))
}
