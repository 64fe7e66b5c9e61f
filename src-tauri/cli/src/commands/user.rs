//! `muster user`.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use muster_core::model::{Role, TokenInfo, User};
use muster_core::{Admin, Error, ErrorCode, Muster, NewAdmin, NewUser, Result, UserChange};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::args::{NewUserArgs, UserCommand};
use crate::output::{DONE, Output, table, when};
use crate::setup;

/// Where a new password may be put for programs.
const NEW_PASSWORD: &str = "MUSTER_NEW_PASSWORD";

/// Adds the first user, who is an Admin.
pub(super) async fn first(muster: &Muster, new: NewUserArgs, output: Output) -> Result<u8> {
    if new.role.is_some_and(|role| role != Role::Admin) {
        return Err(Error::new(ErrorCode::Conflict, "The first user has to be an Admin.").at("role"));
    }
    let password = new_password().await?;
    let admin = NewAdmin { username: new.username, name: new.name, email: new.email, password };
    let session = muster.create_first_admin(admin).await?;
    let added = muster.who(&session).await?;
    output.result(&added, || {
        format!(
            "{0} is the Admin. From now on every command signs in: say --user {0}, or set MUSTER_USER.",
            added.username
        )
    });
    Ok(DONE)
}

pub(super) async fn run(muster: &Admin, command: UserCommand, output: Output) -> Result<u8> {
    match command {
        UserCommand::Add(new) => {
            let role = new.role.unwrap_or(Role::Staff);
            let password = if role.signs_in() { Some(new_password().await?) } else { None };
            let new = NewUser { username: new.username, name: new.name, email: new.email, role, password };
            let added = muster.add_user(new).await?;
            output.result(&added, || format!("Added {} ({}).", added.username, word(added.role)));
        }
        UserCommand::List => {
            let all = muster.users().await?;
            output.result(&all, || list(&all));
        }
        UserCommand::Edit { username, role, name, email } => {
            let user = muster.user_by_name(&username).await?;
            let change =
                UserChange { name: name.or(user.name), email: email.or(user.email), role: role.unwrap_or(user.role) };
            let edited = muster.edit_user(user.id, change).await?;
            output.result(&edited, || format!("Saved.\n\n{}", list(std::slice::from_ref(&edited))));
        }
        UserCommand::ResetPassword { username } => {
            let user = muster.user_by_name(&username).await?;
            let changed = muster.reset_password(user.id, &new_password().await?).await?;
            output.result(&changed, || {
                format!("{} has another password; sessions and tokens with the old one have ended.", changed.username)
            });
        }
        UserCommand::Deactivate { username } => {
            let changed = set_active(muster, &username, false).await?;
            output.result(&changed, || format!("{} cannot sign in any more.", changed.username));
        }
        UserCommand::Activate { username } => {
            let changed = set_active(muster, &username, true).await?;
            output.result(&changed, || format!("{} is active.", changed.username));
        }
        UserCommand::Token { username, file, name } => make_token(muster, &username, &file, name, output).await?,
        UserCommand::Tokens { username } => {
            let user = match username {
                Some(username) => Some(muster.user_by_name(&username).await?.id),
                None => None,
            };
            let all = muster.tokens(user).await?;
            output.result(&all, || list_tokens(&all));
        }
        UserCommand::Revoke { token } => {
            muster.revoke_token(token).await?;
            output.result(&json!({ "token": token, "revoked": true }), || format!("Token {token} is worthless now."));
        }
    }
    Ok(DONE)
}

async fn set_active(muster: &Admin, username: &str, active: bool) -> Result<User> {
    let user = muster.user_by_name(username).await?;
    muster.set_user_active(user.id, active).await
}

async fn make_token(muster: &Admin, username: &str, path: &Path, name: Option<String>, output: Output) -> Result<()> {
    let user = muster.user_by_name(username).await?;
    let name = name.or_else(|| Some(path.file_name()?.to_string_lossy().into_owned())).unwrap_or_default();
    let failed = |error: std::io::Error| {
        Error::new(ErrorCode::Io, format!("The token file {} cannot be written: {error}.", path.display()))
    };
    // First the file: a token that could be written nowhere would be a useless one that works.
    let mut file = new_private_file(path).map_err(failed)?;
    let written = match muster.make_token(user.id, &name).await {
        Ok(token) => writeln!(file, "{}", token.expose_secret()).and_then(|()| file.sync_all()).map_err(failed),
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        drop(file);
        let _ = std::fs::remove_file(path);
        return Err(error);
    }
    output.result(&json!({ "username": user.username, "name": name, "file": path }), || {
        format!(
            "Whoever has {0} acts as {1}. In a scheduled task: muster --token-file {0} refresh --all",
            path.display(),
            user.username
        )
    });
    Ok(())
}

/// On Windows it has the permissions that its folder gives it.
fn new_private_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// From the environment, or typed twice by a person.
async fn new_password() -> Result<SecretString> {
    let asked = tokio::task::spawn_blocking(|| {
        let typed = std::env::var_os(NEW_PASSWORD).is_none();
        let password = setup::given_or_typed(NEW_PASSWORD, "New password: ")?;
        let again = if typed { setup::given_or_typed(NEW_PASSWORD, "The same again: ")? } else { password.clone() };
        Some((password.expose_secret() == again.expose_secret()).then_some(password))
    });
    match asked.await {
        Ok(Some(Some(password))) => Ok(password),
        Ok(Some(None)) => Err(Error::invalid("password", "The two passwords differ. Nothing was changed.")),
        _ => Err(Error::invalid("password", "Set MUSTER_NEW_PASSWORD, or type the password at a terminal.")),
    }
}

fn word(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Staff => "Staff",
        Role::Crew => "Crew",
        Role::Client => "Client",
    }
}

fn list(all: &[User]) -> String {
    if all.is_empty() {
        return "There are no users. Make the first Admin: muster user add NAME".to_owned();
    }
    table(
        ["Username", "Name", "Role", "E-mail", "Active", "Can sign in", "Last sign-in"],
        all.iter().map(|user| {
            let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
            [
                user.username.clone(),
                user.name.clone().unwrap_or_default(),
                word(user.role).to_owned(),
                user.email.clone().unwrap_or_default(),
                yes(user.active),
                yes(user.can_sign_in),
                when(user.last_sign_in),
            ]
        }),
    )
}

fn list_tokens(all: &[TokenInfo]) -> String {
    if all.is_empty() {
        return "There are no tokens.".to_owned();
    }
    table(
        ["Token", "Username", "For", "Made", "Last used"],
        all.iter().map(|token| {
            let made = when(Some(token.created_at));
            [token.id.to_string(), token.username.clone(), token.name.clone(), made, when(token.last_used_at)]
        }),
    )
}
