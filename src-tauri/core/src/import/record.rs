//! The record that every import leaves, as the rest of this room reads and writes it.

use std::sync::Arc;

use super::progress::{Phase, Reporter};
use crate::error::{Error, Result};
use crate::model::{Import, ImportKind, ImportRow, IntegrationCode};
use crate::store::StoreError;
use crate::store::imports::{self, End, Ended};
use crate::store::integrations::Record;
use crate::{Admin, Inner};

impl Admin {
    /// The records of imports, newest first.
    pub async fn imports(&self, code: Option<&IntegrationCode>, limit: u64) -> Result<Vec<Import>> {
        self.inner.settle_all().await?;
        Ok(imports::list(self.inner.store.reader(), code, limit).await?)
    }

    /// The records without their long lists, newest first.
    pub async fn import_rows(&self, code: Option<&IntegrationCode>, limit: u64) -> Result<Vec<ImportRow>> {
        self.inner.settle_all().await?;
        Ok(imports::rows(self.inner.store.reader(), code, limit).await?)
    }

    /// Those whose removals wait for a decision, newest first.
    pub async fn waiting_imports(&self) -> Result<Vec<ImportRow>> {
        Ok(imports::waiting(self.inner.store.reader()).await?)
    }

    /// The record of one import.
    pub async fn import(&self, id: i64) -> Result<Import> {
        self.inner.settle_all().await?;
        self.inner.import(id).await
    }
}

impl Inner {
    /// The record of an import.
    pub(crate) async fn import(&self, id: i64) -> Result<Import> {
        let found = imports::get(self.store.reader(), id).await?;
        found.ok_or_else(|| Error::not_found(format!("There is no import {id}.")))
    }

    /// Tells those who watch about that import.
    pub(super) fn reporter(&self, id: i64, record: &Record, kind: ImportKind) -> Reporter {
        let watchers = (self.imports.progress.clone(), Arc::clone(&self.imports.live));
        Reporter::new(watchers, id, record.code.clone(), kind)
    }

    /// Writes how an import ended that changed nothing, and gives its record.
    pub(super) async fn record_end(&self, id: i64, ended: Ended, end: End, reporter: &mut Reporter) -> Result<Import> {
        if let Ended::Failed(error) = &ended {
            tracing::warn!(import = id, code = ?error.code, "import failed: {}", error.message);
        }
        let written = async {
            let tx = self.store.write().await?;
            imports::finish(&tx, id, &ended, &end).await?;
            tx.commit().await.map_err(StoreError::from)?;
            Ok::<_, Error>(())
        };
        let written = written.await;
        // It has ended whatever became of its record; who opens the database next settles that.
        reporter.phase(Phase::Ended, None);
        written?;
        self.import(id).await
    }
}
