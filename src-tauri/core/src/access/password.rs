//! Passwords are kept as argon2id hashes, with the cost that OWASP advises: 19 MiB of memory and two passes. Whoever has no
//! password that counts is checked against a hash that fits none, so that the time says nothing about who has one.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error as HashError, PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::error::{Error, ErrorCode, Result};
use crate::store::StoreError;

/// No password is known that has this hash. The same cost as of those that are made.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bXVzdGVyIG5vYm9keSBoZQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Each takes 19 MiB and one processor; more wait for their turn.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// The hash of a new password, with its salt and cost.
pub(super) async fn hash(password: &SecretString) -> Result<SecretString> {
    let password = password.clone();
    slowly(move || {
        let hash: PasswordHash =
            Argon2::default().hash_password(password.expose_secret().as_bytes()).map_err(failed)?;
        Ok(hash.to_string().into())
    })
    .await
}

/// Whether the password fits the stored hash. Without one it fits never, and takes as long.
pub(super) async fn fits(stored: Option<SecretString>, password: &SecretString) -> Result<bool> {
    let password = password.clone();
    slowly(move || {
        let stored = stored.as_ref().map_or(NOBODY, |hash| hash.expose_secret());
        let damaged = |_| Error::from(StoreError::Damaged("the password of a user".to_owned()));
        let stored = PasswordHash::new(stored).map_err(damaged)?;
        match Argon2::default().verify_password(password.expose_secret().as_bytes(), &stored) {
            Ok(()) => Ok(true),
            Err(HashError::PasswordInvalid) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    })
    .await
}

async fn slowly<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    // It is never closed. The place is held by the work itself, also if nobody waits for it any more.
    let place = AT_ONCE.acquire().await;
    let done = tokio::task::spawn_blocking(move || {
        let _place = place;
        work()
    })
    .await;
    done.map_err(|_| Error::new(ErrorCode::Secrets, "The password could not be checked."))?
}

fn failed(error: HashError) -> Error {
    Error::new(ErrorCode::Secrets, format!("The password could not be checked: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let (one, other) = ("correct horse".into(), "battery staple".into());
        let stored = hash(&one).await.unwrap();
        assert!(fits(Some(stored.clone()), &one).await.unwrap());
        assert!(!fits(Some(stored.clone()), &other).await.unwrap());
        assert_ne!(stored.expose_secret(), hash(&one).await.unwrap().expose_secret(), "each has its own salt");
    }

    #[tokio::test]
    async fn nobody_costs_as_much_as_somebody_and_no_password_fits() {
        let stored = hash(&"correct horse".into()).await.unwrap();
        let cost = |hash: &str| hash.rsplitn(3, '$').last().unwrap().to_owned();
        assert_eq!(cost(stored.expose_secret()), "$argon2id$v=19$m=19456,t=2,p=1");
        assert_eq!(cost(stored.expose_secret()), cost(NOBODY));
        assert_eq!(stored.expose_secret().len(), NOBODY.len());
        assert!(!fits(None, &"".into()).await.unwrap());
    }

    #[tokio::test]
    async fn a_damaged_hash_lets_nobody_in() {
        assert!(fits(Some("correct horse".into()), &"correct horse".into()).await.is_err());
    }
}
