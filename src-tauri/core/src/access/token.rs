//! Tokens: 32 random bytes that stand for a user without the password. Muster keeps only their SHA-256, which is enough:
//! nobody guesses so many bytes.

use std::fmt::Write as _;

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
    pub(super) async fn session_of_token(&self, kind: Kind, hash: &Hash) -> Result<Option<Session>> {
        let Some(token) = tokens::find(self.store.reader(), kind, hash).await? else { return Ok(None) };
        let tx = self.store.write().await?;
        let user = users::get(&tx, token.user).await?.filter(|user| user.can_sign_in() && user.epoch == token.epoch);
        if user.is_none() || !tokens::used(&tx, &token).await? {
            return Ok(None);
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(Some(Session { user: token.user, epoch: token.epoch }))
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
