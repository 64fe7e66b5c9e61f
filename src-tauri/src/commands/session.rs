//! The start of the pages, signing in and out.

use muster_core::{ErrorCode, Muster, NewAdmin, Result, Session};
use secrecy::SecretString;
use tauri::{AppHandle, State};

use crate::desktop::Desktop;
use crate::views::{FirstAdmin, Me, SignedIn, Start};

/// The longest text of a fault of the pages that is noted.
const MOST_FAULT: usize = 2_000;

/// How the program stands. Opens the data directory if that has not been done.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start(app: AppHandle, desktop: State<'_, Desktop>) -> Result<Start> {
    let mut start = Start {
        version: app.package_info().version.to_string(),
        data_folder: desktop.folder(),
        problem: None,
        first_start: false,
        me: None,
        warning: None,
        folder_risk: desktop.folder_risk().await,
    };
    if let Err(error) = stand(&desktop, &mut start).await {
        start.problem = Some(error);
    }
    tracing::info!(version = start.version, "a page begins");
    Ok(start)
}

async fn stand(desktop: &Desktop, start: &mut Start) -> Result<()> {
    let muster = desktop.muster().await?;
    start.first_start = !muster.has_users().await?;
    if start.first_start {
        return Ok(());
    }
    if let Ok(session) = desktop.session() {
        // After a reload.
        match muster.who(&session).await {
            Ok(user) => start.me = Some(user.into()),
            Err(error) if error.code == ErrorCode::SignedOut => desktop.forget(&session),
            Err(error) => return Err(error),
        }
        return Ok(());
    }
    match muster.resume().await {
        Ok(Some(session)) => {
            start.me = Some(muster.who(&session).await?.into());
            desktop.set_session(Some(session));
        }
        Ok(None) => {}
        Err(error) if error.code == ErrorCode::Secrets => start.warning = Some(error),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Opens the data directory again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn try_again(app: AppHandle, desktop: State<'_, Desktop>) -> Result<Start> {
    if desktop.open_muster().await.is_none() {
        desktop.forget_failure().await;
        tauri::async_runtime::spawn(crate::work(app.clone()));
    }
    start(app, desktop).await
}

/// Creates the Admin, as long as there is no user, and signs in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_first_admin(desktop: State<'_, Desktop>, input: FirstAdmin, stay: bool) -> Result<SignedIn> {
    let muster = desktop.muster().await?;
    let FirstAdmin { username, name, password } = input;
    let session =
        muster.create_first_admin(NewAdmin { username, name, email: None, password: password.into() }).await?;
    signed_in(&desktop, &muster, session, stay).await
}

/// Signs in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in(
    desktop: State<'_, Desktop>,
    username: String,
    password: String,
    stay: bool,
) -> Result<SignedIn> {
    let muster = desktop.muster().await?;
    let session = muster.sign_in(&username, &SecretString::from(password)).await?;
    signed_in(&desktop, &muster, session, stay).await
}

async fn signed_in(desktop: &Desktop, muster: &Muster, session: Session, stay: bool) -> Result<SignedIn> {
    let me: Me = muster.who(&session).await?.into();
    muster.end_staying().await?;
    let kept = if stay { muster.stay_signed_in(&session).await } else { Ok(()) };
    desktop.set_session(Some(session));
    Ok(SignedIn { me, warning: kept.err() })
}

/// Signs out; the next start asks again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out(desktop: State<'_, Desktop>) -> Result<()> {
    let Ok(session) = desktop.session() else { return Ok(()) };
    // Signed out here whatever becomes of the token.
    desktop.set_session(None);
    desktop.muster().await?.sign_out(&session).await
}

/// Changes one's own password.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_password(desktop: State<'_, Desktop>, old: String, chosen: String) -> Result<()> {
    let session = desktop.session()?;
    let session = desktop.muster().await?.change_password(&session, &old.into(), &chosen.into()).await?;
    desktop.set_session(Some(session));
    Ok(())
}

/// Notes what went wrong in the pages: an error that nobody caught, or something that the policy of the window refused.
#[tauri::command]
#[specta::specta]
pub(crate) async fn report_fault(desktop: State<'_, Desktop>, message: String) -> Result<()> {
    if desktop.faults_left() {
        let message: String = message.chars().take(MOST_FAULT).collect();
        tracing::error!(target: "muster_desktop::pages", "{message:?}");
    }
    Ok(())
}
