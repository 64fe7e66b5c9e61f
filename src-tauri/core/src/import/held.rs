//! Imports that are spoken of by id: for a front end that starts one, goes away, and comes back.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::preview::{self, Applying};
use super::progress::Progress;
use crate::error::{Error, Result};
use crate::model::{Import, ImportKind, IntegrationCode, PreviewSummary};
use crate::{Admin, Inner};

/// What came of applying a preview that was held here.
#[derive(Debug)]
pub enum AppliedPreview {
    /// It was applied, or failed; the record says which.
    Ended(Box<Import>),
    /// More projects would go than were shown. Nothing was changed, and the preview waits again.
    Grew(Arc<PreviewSummary>),
}

impl Admin {
    /// How far the imports of this process are that have not ended, oldest first.
    pub fn live(&self) -> Vec<Progress> {
        self.inner.imports.live.all()
    }

    /// Fetches a Full Import in the background and holds its preview here. Gives the import's id at once; when the list has
    /// been fetched its phase is [`super::Phase::Previewed`], or its record says what went wrong.
    pub async fn open_preview(&self, code: &IntegrationCode, re_read: bool) -> Result<i64> {
        let inner = Arc::clone(&self.inner);
        let record = inner.integration(code).await?;
        let (id, turn) = inner.enqueue(&record, ImportKind::FullImport, &self.person).await?;
        let cancel = CancellationToken::new();
        inner.imports.live.add(id, cancel.clone());
        tokio::spawn(async move {
            // What went wrong is in the record.
            let Ok(preview) = preview::look(&inner, (&record, re_read), id, turn, &cancel).await else { return };
            hold(&inner, id, preview, &cancel).await;
        });
        Ok(id)
    }

    /// What the preview of that import would do.
    pub fn preview_summary(&self, import: i64) -> Result<Arc<PreviewSummary>> {
        self.inner.imports.live.look(import, preview::Preview::shared_summary).ok_or_else(|| not_open(import))
    }

    /// Does what the preview of that import showed, and waits for the end. If more would go, it is shown again instead.
    pub async fn apply_preview(&self, import: i64) -> Result<AppliedPreview> {
        let live = &self.inner.imports.live;
        let preview = live.take(import).ok_or_else(|| not_open(import))?;
        let cancel = live.canceller(import).unwrap_or_default();
        match preview.apply(&cancel).await? {
            Applying::Ended(import) => Ok(AppliedPreview::Ended(import)),
            Applying::Grew(again) => {
                let summary = again.shared_summary();
                hold(&self.inner, import, *again, &cancel).await;
                Ok(AppliedPreview::Grew(summary))
            }
        }
    }

    /// Stops an import of this process that waits or runs, or lets go of its preview. Nothing is changed.
    pub async fn cancel_import(&self, import: i64) -> Result<()> {
        let Some(cancel) = self.inner.imports.live.canceller(import) else {
            let message = format!("Import {import} does not run here; it has ended, or another program runs it.");
            return Err(Error::not_found(message));
        };
        cancel.cancel();
        let_go(&self.inner, import).await;
        Ok(())
    }
}

impl Inner {
    /// Lets go of all previews that wait.
    pub(crate) async fn let_go_of_previews(&self) {
        for preview in self.imports.live.take_all() {
            // Its end is recorded by whoever opens the database next, if not here.
            let _ = preview.cancel().await;
        }
    }
}

/// Lets a preview wait, unless somebody has cancelled meanwhile.
async fn hold(inner: &Inner, import: i64, preview: preview::Preview, cancel: &CancellationToken) {
    let announce = preview.announcement();
    if inner.imports.live.put(import, preview).is_none() {
        announce();
    }
    if cancel.is_cancelled() {
        let_go(inner, import).await;
    }
}

async fn let_go(inner: &Inner, import: i64) {
    if let Some(preview) = inner.imports.live.take(import)
        && let Err(error) = preview.cancel().await
    {
        tracing::error!(import, "a preview could not be let go of: {}", error.message);
    }
}

fn not_open(import: i64) -> Error {
    Error::not_found(format!("The preview of import {import} is not open any more. Start the Full Import again."))
}
