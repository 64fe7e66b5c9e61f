//! *Stay signed in*: a token in the credential store of the system, one for each person and data directory.
//!
//! The store is asked only if somebody stays signed in: asking may open a window, or fail on a machine without one.

use secrecy::SecretString;

use super::{Session, token};
use crate::error::Result;
use crate::secrets::SecretName;
use crate::store::StoreError;
use crate::store::tokens::{self, Kind};
use crate::{Inner, Muster};

/// Integrations count from 1, so their secrets are never filed under this.
const NO_INTEGRATION: i64 = 0;
const KEY: &str = "stay-signed-in";

impl Muster {
    /// Keeps this session for the next start of the program, in place of another one.
    pub async fn stay_signed_in(&self, session: &Session) -> Result<()> {
        let user = self.inner.user_of(session).await?;
        let before = self.inner.kept_token().await?;
        let new = token::make()?;
        let hash = token::hash(&new);
        let tx = self.inner.store.write().await?;
        tokens::add(&tx, (user.id, session.epoch), Kind::Stay, KEY, &hash).await?;
        tx.commit().await.map_err(StoreError::from)?;
        let name = self.inner.stay_name();
        let kept = self.inner.with_secrets(move |store| store.set(&name, &new)).await;
        let useless = if kept.is_ok() { before.map(|before| token::hash(&before)) } else { Some(hash) };
        if let Some(useless) = useless {
            self.inner.forget_stay(&useless).await?;
        }
        kept
    }

    /// The session that was kept, if it is still worth something. One that is not is forgotten.
    pub async fn resume(&self) -> Result<Option<Session>> {
        if !tokens::anybody_stays(self.inner.store.reader()).await? {
            return Ok(None);
        }
        let Some(kept) = self.inner.kept_token().await? else { return Ok(None) };
        let hash = token::hash(&kept);
        let session = self.inner.session_of_token(Kind::Stay, &hash).await?;
        if session.is_none() {
            self.inner.forget_stay(&hash).await?;
            self.inner.forget_kept_token().await;
        }
        Ok(session)
    }

    /// Nobody stays signed in any more: somebody else sits here now, and the next start must not bring back who sat here
    /// before. Without its row a token is worth nothing, so the credential store need not be asked.
    pub async fn end_staying(&self) -> Result<()> {
        if !tokens::anybody_stays(self.inner.store.reader()).await? {
            return Ok(());
        }
        let tx = self.inner.store.write().await?;
        tokens::end_stays(&tx).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    /// Ends staying signed in. Whoever has the session forgets it: it would still open doors.
    pub async fn sign_out(&self, session: &Session) -> Result<()> {
        let tx = self.inner.store.write().await?;
        let hashes = tokens::take_stays(&tx, session.user).await?;
        tx.commit().await.map_err(StoreError::from)?;
        if hashes.is_empty() {
            return Ok(());
        }
        // Without its row the token is worth nothing, so that the store may fail. It may also hold somebody else's.
        match self.inner.kept_token().await {
            Ok(Some(kept)) if hashes.iter().any(|hash| hash[..] == token::hash(&kept)) => {
                self.inner.forget_kept_token().await;
            }
            Ok(_) => {}
            Err(error) => tracing::warn!("the token of who stayed signed in was not deleted: {error}"),
        }
        Ok(())
    }
}

impl Inner {
    fn stay_name(&self) -> SecretName {
        SecretName::new(self.installation.as_str(), NO_INTEGRATION, KEY)
    }

    async fn kept_token(&self) -> Result<Option<SecretString>> {
        let name = self.stay_name();
        self.with_secrets(move |store| store.get(&name)).await
    }

    /// Takes the token out of the credential store. It is worth nothing any more, so that this may fail.
    async fn forget_kept_token(&self) {
        let name = self.stay_name();
        if let Err(error) = self.with_secrets(move |store| store.delete(&name)).await {
            tracing::warn!("the token of who stayed signed in was not deleted: {error}");
        }
    }

    async fn forget_stay(&self, hash: &tokens::Hash) -> Result<()> {
        let tx = self.store.write().await?;
        tokens::delete_stay(&tx, hash).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }
}
