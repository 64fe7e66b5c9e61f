//! Tokens: 32 random bytes that stand for a user without the password. Muster keeps only their SHA-256, which is enough:
//! nobody guesses so many bytes.

use std::fmt::Write as _;
use std::sync::Arc;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::Session;
use crate::error::{Error, ErrorCode, Result};
use crate::store::tokens::{self, Hash, Kind};
use crate::store::{StoreError, users};
use crate::{Inner, Muster};

/// In front of each: says whose it is to whoever finds it, and to programs that look for secrets in what is published.
const MARK: &str = "muster_";

/// A new token.
pub(super) fn make() -> Result<SecretString> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(bytes.as_mut())
        .map_err(|error| Error::new(ErrorCode::Io, format!("The system gives no random numbers: {error}.")))?;
    let mut text = String::with_capacity(MARK.len() + 2 * bytes.len());
    text.push_str(MARK);
    for byte in bytes.iter() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text.into())
}

/// What Muster keeps of a token. White space around it, such as the end of a line, is no part of it.
pub(super) fn hash(token: &SecretString) -> Hash {
    Sha256::digest(token.expose_secret().trim().as_bytes()).into()
}

impl Muster {
    /// Signs in with a token from a file.
    pub async fn sign_in_with_token(&self, token: &SecretString) -> Result<Session> {
        let session = self.inner.session_of_token(Kind::File, &hash(token)).await?;
        session.ok_or_else(|| {
            let message = "This token does not sign anybody in (any more). Make a new one: muster user token.";
            Error::new(ErrorCode::WrongCredentials, message)
        })
    }
}

impl Inner {
    /// The session of a token; none if the token is unknown or revoked, or the user cannot sign in any more.
    pub(super) async fn session_of_token(self: &Arc<Self>, kind: Kind, hash: &Hash) -> Result<Option<Session>> {
        let Some(token) = tokens::find(self.store.reader(), kind, hash).await? else { return Ok(None) };
        let user = users::get(self.store.reader(), token.user).await?;
        if !user.is_some_and(|user| user.can_sign_in() && user.epoch == token.epoch) {
            return Ok(None);
        }
        let session = Session { user: token.user, epoch: token.epoch };
        // Noted by the way: whoever stays signed in does not wait for an import that writes.
        let inner = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = inner.note_use(&token).await {
                tracing::warn!("the use of a token could not be noted: {}", error.message);
            }
        });
        Ok(Some(session))
    }

    async fn note_use(&self, token: &tokens::Found) -> Result<()> {
        let tx = self.store.write().await?;
        tokens::used(&tx, token).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_tokens_are_the_same() {
        let (one, other) = (make().unwrap(), make().unwrap());
        assert_eq!(one.expose_secret().len(), MARK.len() + 64);
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert_ne!(hash(&one), hash(&other));
    }

    #[test]
    fn the_end_of_a_line_is_no_part_of_a_token() {
        let token = make().unwrap();
        assert_eq!(hash(&token), hash(&format!("{}\r\n", token.expose_secret()).into()));
    }
}
