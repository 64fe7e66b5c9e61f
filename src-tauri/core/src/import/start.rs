//! Starting an import: into the queue, and off when it is its turn.

use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::guard::Consent;
use super::run::{self, What};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Import, ImportKind, IntegrationCode};
use crate::store::imports::End;
use crate::store::integrations;
use crate::{Admin, Inner};

/// What to import.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The integration.
    pub code: IntegrationCode,
    /// Refresh or Full Import.
    pub kind: ImportKind,
    /// Read every order again, also those that look as they did the last time.
    pub re_read: bool,
    /// The admin agrees beforehand to all removals of a Full Import: none waits for a decision.
    pub removals_confirmed: bool,
}

impl ImportRequest {
    /// An import as usual: unchanged orders are not read again, and nobody has agreed to anything.
    pub fn new(code: IntegrationCode, kind: ImportKind) -> Self {
        Self { code, kind, re_read: false, removals_confirmed: false }
    }
}

/// An import that was started. Dropping it does not stop the import.
#[derive(Debug)]
pub struct ImportHandle {
    id: i64,
    cancel: CancellationToken,
    task: JoinHandle<Result<Import>>,
}

impl ImportHandle {
    /// The id of its record.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Stops it at any moment before it is committed; the projects stay what they were.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// A token that does the same, to give away.
    pub fn canceller(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Waits for its end. An import that failed is a record too; an error here means that not even that could be written.
    pub async fn wait(self) -> Result<Import> {
        self.task.await.map_err(|_| Error::new(ErrorCode::Interrupted, "The import was cut off."))?
    }
}

impl Admin {
    /// Puts an import into the queue and starts it as soon as it is its turn. Fails with [`ErrorCode::Conflict`] if one
    /// waits already.
    pub async fn start_import(&self, request: ImportRequest) -> Result<ImportHandle> {
        self.inner.start_import(request, &self.person).await
    }

    /// Starts a Refresh of every integration, by code. One that cannot be started does not hold up the others.
    pub async fn refresh_all(&self) -> Result<Vec<(IntegrationCode, Result<ImportHandle>)>> {
        let mut all = Vec::new();
        for record in integrations::all(self.inner.store.reader()).await? {
            let code = record.code;
            let request = ImportRequest::new(code.clone(), ImportKind::Refresh);
            all.push((code, self.start_import(request).await));
        }
        Ok(all)
    }
}

impl Inner {
    /// The same, for whoever or whatever asks.
    pub(super) async fn start_import(self: &Arc<Self>, request: ImportRequest, asked_by: &str) -> Result<ImportHandle> {
        let record = self.integration(&request.code).await?;
        let (id, mut turn) = self.enqueue(&record, request.kind, asked_by).await?;
        let cancel = CancellationToken::new();
        self.imports.live.add(id, cancel.clone());
        let inner = Arc::clone(self);
        let token = cancel.clone();
        let what = What { kind: request.kind, re_read: request.re_read, looks_only: false };
        let consent = if request.removals_confirmed { Consent::Beforehand } else { Consent::Unseen };
        let task = tokio::spawn(async move {
            let mut reporter = inner.reporter(id, &record, request.kind);
            let import = match inner.turn(&record, id, &mut turn, &token, &mut reporter).await {
                Ok(()) => run::run(&inner, (id, record.id), what, &consent, &token, &mut reporter).await,
                Err(ended) => inner.record_end(id, ended, End::default(), &mut reporter).await,
            };
            drop(turn);
            import
        });
        Ok(ImportHandle { id, cancel, task })
    }
}
