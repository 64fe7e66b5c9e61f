//! `muster refresh` and `muster full-import`.

use std::io::{BufRead, IsTerminal, Write};

use muster_core::model::{Import, ImportKind, IntegrationCode, IntegrationStatus, Outcome};
use muster_core::{Admin, Applying, Error, ImportRequest, Result};
use tokio_util::sync::CancellationToken;

use super::record;
use crate::output::{DONE, FAILED, NEEDS_CONFIRMATION, Output, complain};
use crate::progress::{Bars, Events};

/// What became of an import that was asked for.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Asked {
    Ended(Box<Import>),
    /// It was not even started; there is no record.
    Refused {
        code: IntegrationCode,
        kind: ImportKind,
        outcome: Outcome,
        error: Error,
    },
}

impl Asked {
    fn refused(code: IntegrationCode, kind: ImportKind, error: Error) -> Self {
        Self::Refused { code, kind, outcome: Outcome::Failed, error }
    }

    fn status(&self) -> u8 {
        match self {
            Self::Ended(import) => status(import),
            Self::Refused { .. } => FAILED,
        }
    }
}

pub(super) async fn refresh(
    muster: &Admin,
    code: Option<IntegrationCode>,
    events: Events,
    output: Output,
) -> Result<u8> {
    if let Some(code) = code {
        return run_one(muster, ImportRequest::new(code, ImportKind::Refresh), events, output).await;
    }
    let all = muster.integrations().await?;
    let requests = all.into_iter().map(|one| ImportRequest::new(one.code, ImportKind::Refresh)).collect();
    let asked = run(muster, requests, events, output).await;
    output.result(&asked, || {
        if asked.is_empty() { "There is no integration yet.".to_owned() } else { list_asked(&asked) }
    });
    let mut outcomes: Vec<u8> = asked.iter().map(Asked::status).collect();
    // A Refresh removes nothing, so none waits by itself; the removals of an earlier Full Import may.
    if muster.integrations().await?.iter().any(|one| one.status == IntegrationStatus::NeedsConfirmation) {
        outcomes.push(NEEDS_CONFIRMATION);
    }
    // What failed weighs more than what waits.
    Ok([FAILED, NEEDS_CONFIRMATION].into_iter().find(|status| outcomes.contains(status)).unwrap_or(DONE))
}

pub(super) async fn full_import(muster: &Admin, request: ImportRequest, events: Events, output: Output) -> Result<u8> {
    run_one(muster, request, events, output).await
}

async fn run_one(muster: &Admin, request: ImportRequest, events: Events, output: Output) -> Result<u8> {
    match run(muster, vec![request], events, output).await.pop() {
        Some(Asked::Ended(import)) => Ok(report_one(&import, output)),
        Some(Asked::Refused { error, .. }) => Err(error),
        None => Ok(FAILED),
    }
}

/// Runs imports side by side, with progress bars; an interrupt from the keyboard cancels them. One that cannot be
/// started does not hold up the others.
async fn run(muster: &Admin, requests: Vec<ImportRequest>, events: Events, output: Output) -> Vec<Asked> {
    let bars = Bars::show(events, output.json);
    let mut started = Vec::new();
    for request in requests {
        let (code, kind) = (request.code.clone(), request.kind);
        started.push((code, kind, muster.start_import(request).await));
    }
    let handles = started.iter().filter_map(|(_, _, handle)| handle.as_ref().ok());
    let cancel: Vec<CancellationToken> = handles.map(muster_core::ImportHandle::canceller).collect();
    let watch = tokio::spawn(async move {
        interrupted().await;
        cancel.iter().for_each(CancellationToken::cancel);
    });
    let mut asked = Vec::new();
    for (code, kind, handle) in started {
        let ended = match handle {
            Ok(handle) => handle.wait().await,
            Err(error) => Err(error),
        };
        asked.push(match ended {
            Ok(import) => Asked::Ended(Box::new(import)),
            Err(error) => Asked::refused(code, kind, error),
        });
    }
    watch.abort();
    drop(bars);
    asked
}

/// Waits until somebody asks the program to stop.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

fn status(import: &Import) -> u8 {
    match import.outcome {
        Some(Outcome::Succeeded) => DONE,
        Some(Outcome::NeedsConfirmation) => NEEDS_CONFIRMATION,
        Some(Outcome::Failed | Outcome::Cancelled) | None => FAILED,
    }
}

fn report_one(import: &Import, output: Output) -> u8 {
    output.result(import, || record::report(import));
    status(import)
}

fn list_asked(asked: &[Asked]) -> String {
    let ended = asked.iter().filter_map(|one| match one {
        Asked::Ended(import) => Some(import.as_ref().clone()),
        Asked::Refused { .. } => None,
    });
    let mut lines = vec![record::list(&ended.collect::<Vec<_>>())];
    lines.extend(asked.iter().filter_map(|one| match one {
        Asked::Refused { code, error, .. } => Some(format!("{code}: {}", error.message)),
        Asked::Ended(import) => import.error.as_ref().map(|error| format!("{}: {}", import.code, error.message)),
    }));
    lines.join("\n")
}

pub(super) async fn preview(
    muster: &Admin,
    code: IntegrationCode,
    re_read: bool,
    events: Events,
    output: Output,
) -> Result<u8> {
    let cancel = CancellationToken::new();
    let watch = tokio::spawn({
        let cancel = cancel.clone();
        async move {
            interrupted().await;
            cancel.cancel();
        }
    });
    let done = look_and_ask(muster, (code, re_read), &cancel, events, output).await;
    watch.abort();
    done
}

async fn look_and_ask(
    muster: &Admin,
    (code, re_read): (IntegrationCode, bool),
    cancel: &CancellationToken,
    events: Events,
    output: Output,
) -> Result<u8> {
    let bars = Bars::show(events, output.json);
    let preview = muster.preview(&code, re_read, cancel).await;
    drop(bars);
    let mut preview = preview?;
    let asks = !output.json && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    loop {
        let summary = preview.summary();
        output.result(summary, || record::summary(summary));
        let removals = summary.to_remove.len();
        let nothing = removals == 0 && summary.to_add == 0 && summary.to_change == 0;
        let question = match removals {
            0 => "Import? [y/N] ".to_owned(),
            count => format!("Import, and remove {count} projects? [y/N] "),
        };
        if nothing || !asks || !agreed(question, cancel).await {
            preview.cancel().await?;
            complain("Nothing was changed.");
            return Ok(if cancel.is_cancelled() { FAILED } else { DONE });
        }
        match preview.apply(cancel).await? {
            Applying::Ended(import) => return Ok(report_one(&import, output)),
            // More would go than was shown: it is shown again.
            Applying::Grew(again) => preview = *again,
        }
    }
}

/// Asks a person. An interrupt from the keyboard is a no.
async fn agreed(question: String, cancel: &CancellationToken) -> bool {
    let asked = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        let _ = write!(std::io::stderr(), "{question}");
        let read = std::io::stdin().lock().read_line(&mut line);
        read.is_ok() && matches!(line.trim().to_lowercase().as_str(), "y" | "yes")
    });
    tokio::select! {
        answer = asked => answer.unwrap_or(false),
        () = cancel.cancelled() => false,
    }
}
