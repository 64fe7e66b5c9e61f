//! Who asks: the owner while there are no users, then whoever signs in with a password or a token.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use muster_core::{Admin, Error, ErrorCode, Muster, Office, Result, Session};
use secrecy::SecretString;

use crate::args::Who;
use crate::setup;

/// Where the password of who signs in may be put for programs.
const PASSWORD: &str = "MUSTER_PASSWORD";

/// A token is much shorter.
const MOST_TOKEN: u64 = 1024;

/// The door to everything.
pub(crate) async fn admin(muster: &Muster, who: Who) -> Result<Admin> {
    match session(muster, who).await? {
        Some(session) => muster.admin(&session).await,
        None => muster.owner(&person()).await,
    }
}

/// The door to the projects.
pub(crate) async fn office(muster: &Muster, who: Who) -> Result<Office> {
    match session(muster, who).await? {
        Some(session) => muster.office(&session).await,
        None => Ok((*muster.owner(&person()).await?).clone()),
    }
}

/// None if there are no users, and so nobody to sign in as.
async fn session(muster: &Muster, who: Who) -> Result<Option<Session>> {
    let refuse = |message: &str| Err(Error::new(ErrorCode::SignedOut, message));
    let has_users = muster.has_users().await?;
    // What is typed wins over the environment.
    let given = match (who.user, who.token_file) {
        (None, None) => (variable("MUSTER_USER"), variable("MUSTER_TOKEN_FILE").map(PathBuf::from)),
        typed => typed,
    };
    match given {
        (Some(_), Some(_)) => {
            let message = "Both MUSTER_USER and MUSTER_TOKEN_FILE are set. Say which with --user or --token-file.";
            Err(Error::new(ErrorCode::InvalidInput, message))
        }
        (None, None) if has_users => refuse("Sign in: say --user NAME, or --token-file FILE in a scheduled task."),
        (None, None) => Ok(None),
        // Whoever signs in means a certain data directory, and this is another one.
        _ if !has_users => refuse("There are no users yet. Make the first Admin: muster user add NAME."),
        (_, Some(file)) => muster.sign_in_with_token(&read_token(&file)?).await.map(Some),
        (Some(user), None) => {
            let ask = tokio::task::spawn_blocking(|| setup::given_or_typed(PASSWORD, "Password: "));
            let Ok(Some(password)) = ask.await else {
                return refuse("Set MUSTER_PASSWORD, or type the password at a terminal.");
            };
            muster.sign_in(&user, &password).await.map(Some)
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Reads a token that nobody else on this machine can.
fn read_token(path: &Path) -> Result<SecretString> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorCode::Io, format!("The token file {} cannot be read: {error}.", path.display()))
    };
    let file = File::open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let message = format!(
                "Others can read or change the token file {} (mode {mode:03o}). Run chmod 600 on it, and better make a new token.",
                path.display()
            );
            return Err(Error::new(ErrorCode::NotAllowed, message));
        }
    }
    let mut text = String::new();
    file.take(MOST_TOKEN).read_to_string(&mut text).map_err(failed)?;
    Ok(text.into())
}

/// Who sits at the terminal, for the record.
fn person() -> String {
    let name = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|variable| std::env::var(variable).ok());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "command line".to_owned())
}
