//! `muster refresh`, `full-import`, `removals`, `bring-back`, `imports`.

use std::io::{BufRead, IsTerminal, Write};

use muster_core::model::{Import, ImportKind, IntegrationCode, Outcome, PreviewSummary};
use muster_core::{Applying, Error, ErrorCode, ImportRequest, Muster, Preview, Result};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::args::{ImportsCommand, ProjectNumber};
use crate::output::{DONE, FAILED, NEEDS_CONFIRMATION, Output, complain, table, when};
use crate::progress::Bars;

pub(super) async fn refresh(muster: &Muster, code: Option<IntegrationCode>, output: Output) -> Result<u8> {
    if let Some(code) = code {
        let done = run(muster, vec![request(code, ImportKind::Refresh, false)], output).await?;
        return Ok(report_one(done, output));
    }
    let all = muster.integrations().await?;
    let requests = all.into_iter().map(|one| request(one.code, ImportKind::Refresh, false)).collect();
    let done = run(muster, requests, output).await?;
    output.result(&done, || {
        if done.is_empty() { "There is no integration yet.".to_owned() } else { list(&done) }
    });
    let outcomes: Vec<u8> = done.iter().map(status).collect();
    // What failed weighs more than what waits.
    Ok([FAILED, NEEDS_CONFIRMATION].into_iter().find(|status| outcomes.contains(status)).unwrap_or(DONE))
}

pub(super) async fn full_import(muster: &Muster, code: IntegrationCode, confirmed: bool, output: Output) -> Result<u8> {
    let done = run(muster, vec![request(code, ImportKind::FullImport, confirmed)], output).await?;
    Ok(report_one(done, output))
}

fn request(code: IntegrationCode, kind: ImportKind, removals_confirmed: bool) -> ImportRequest {
    ImportRequest { code, kind, asked_by: super::person(), removals_confirmed }
}

/// Runs imports side by side, with progress bars; an interrupt from the keyboard cancels them.
async fn run(muster: &Muster, requests: Vec<ImportRequest>, output: Output) -> Result<Vec<Import>> {
    let bars = Bars::show(muster, output.json);
    let mut handles = Vec::new();
    for request in requests {
        handles.push(muster.start_import(request).await?);
    }
    let cancel: Vec<CancellationToken> = handles.iter().map(muster_core::ImportHandle::canceller).collect();
    let watch = tokio::spawn(async move {
        interrupted().await;
        cancel.iter().for_each(CancellationToken::cancel);
    });
    let mut done = Vec::new();
    for handle in handles {
        done.push(handle.wait().await?);
    }
    watch.abort();
    drop(bars);
    Ok(done)
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

fn report_one(done: Vec<Import>, output: Output) -> u8 {
    let Some(import) = done.into_iter().next() else { return FAILED };
    output.result(&import, || report(&import));
    status(&import)
}

fn kind(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Refresh => "Refresh",
        ImportKind::FullImport => "Full Import",
    }
}

fn report(import: &Import) -> String {
    let counts = &import.counts;
    let mut lines = vec![format!(
        "{} {} of {}: {}",
        kind(import.kind),
        import.id,
        import.code,
        import.outcome.map_or("not ended", Outcome::as_str).replace('_', " ")
    )];
    match &import.error {
        Some(error) => lines.push(error.message.clone()),
        None => lines.push(format!(
            "added {}, changed {}, unchanged {}, removed {}, skipped {}",
            counts.added, counts.changed, counts.unchanged, counts.removed, counts.skipped
        )),
    }
    if import.pending_removals > 0 {
        lines.push(format!(
            "{} removals wait for a decision: muster removals {} --confirm {2} (or --decline {2})",
            import.pending_removals, import.code, import.id
        ));
    }
    lines.extend(import.notes.iter().cloned());
    lines.extend(problems(&import.problems, import.problem_count));
    lines.join("\n")
}

fn problems(problems: &[muster_core::model::OrderProblem], count: u64) -> Vec<String> {
    const SHOWN: usize = 20;
    let mut lines: Vec<String> = problems
        .iter()
        .take(SHOWN)
        .map(|problem| format!("  {}: {}", problem.number.as_deref().unwrap_or("an order without a number"), problem.reason))
        .collect();
    let rest = count.saturating_sub(lines.len() as u64);
    if rest > 0 {
        lines.push(format!("  and {rest} more problems"));
    }
    lines
}

fn list(imports: &[Import]) -> String {
    table(
        ["Import", "Code", "Kind", "Asked by", "Ended", "Outcome", "Added", "Changed", "Unchanged", "Removed", "Skipped"],
        imports.iter().map(|import| {
            let counts = &import.counts;
            [
                import.id.to_string(),
                import.code.to_string(),
                kind(import.kind).to_owned(),
                import.asked_by.clone(),
                when(import.finished_at),
                import.outcome.map_or("running", Outcome::as_str).replace('_', " "),
                counts.added.to_string(),
                counts.changed.to_string(),
                counts.unchanged.to_string(),
                counts.removed.to_string(),
                counts.skipped.to_string(),
            ]
        }),
    )
}

pub(super) async fn imports(muster: &Muster, command: ImportsCommand, output: Output) -> Result<u8> {
    match command {
        ImportsCommand::List { code, limit } => {
            let all = muster.imports(code.as_ref(), limit).await?;
            output.result(&all, || if all.is_empty() { "No import yet.".to_owned() } else { list(&all) });
        }
        ImportsCommand::Show { import } => {
            let import = muster.import(import).await?;
            output.result(&import, || report(&import));
        }
    }
    Ok(DONE)
}

pub(super) async fn preview(muster: &Muster, code: IntegrationCode, confirmed: bool, output: Output) -> Result<u8> {
    let bars = Bars::show(muster, output.json);
    let cancel = CancellationToken::new();
    let watch = tokio::spawn({
        let cancel = cancel.clone();
        async move {
            interrupted().await;
            cancel.cancel();
        }
    });
    let mut preview = muster.preview(&code, &super::person(), &cancel).await?;
    watch.abort();
    drop(bars);
    let asks = !output.json && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    loop {
        output.result(preview.summary(), || summary(preview.summary()));
        if !(confirmed || (asks && agreed())) {
            preview.cancel().await?;
            if !asks {
                complain("Nothing was changed.");
            }
            return Ok(DONE);
        }
        match apply(preview, output).await? {
            Ok(status) => return Ok(status),
            // More would go than was shown: it is shown again.
            Err(again) if asks => preview = again,
            Err(again) => {
                again.cancel().await?;
                let message = "The list to remove grew while it was looked at. Nothing was changed; start again.";
                return Err(Error::new(ErrorCode::PreviewExpired, message));
            }
        }
    }
}

async fn apply(preview: Preview, output: Output) -> Result<std::result::Result<u8, Preview>> {
    match preview.apply().await? {
        Applying::Ended(import) => Ok(Ok(report_one(vec![*import], output))),
        Applying::Grew(again) => Ok(Err(*again)),
    }
}

fn agreed() -> bool {
    let mut line = String::new();
    let _ = write!(std::io::stderr(), "Import? [y/N] ");
    let read = std::io::stdin().lock().read_line(&mut line);
    read.is_ok() && matches!(line.trim().to_lowercase().as_str(), "y" | "yes")
}

fn summary(preview: &PreviewSummary) -> String {
    let mut lines = vec![format!(
        "A Full Import of {} would add {}, change {}, remove {} and leave {} as they are.",
        preview.code,
        preview.to_add,
        preview.to_change,
        preview.to_remove.len(),
        preview.unchanged
    )];
    if !preview.to_remove.is_empty() {
        lines.push("To remove:".to_owned());
        lines.extend(preview.to_remove.iter().map(|number| format!("  {number}")));
    }
    lines.extend(preview.notes.iter().cloned());
    lines.extend(problems(&preview.problems, preview.problems.len() as u64));
    lines.join("\n")
}

pub(super) async fn removals(
    muster: &Muster,
    code: Option<IntegrationCode>,
    confirm: Option<i64>,
    decline: Option<i64>,
    output: Output,
) -> Result<u8> {
    match (&code, confirm, decline) {
        (Some(code), Some(import), _) => {
            let removed = muster.confirm_removals(code, import).await?;
            output.result(&json!({ "import": import, "removed": removed }), || {
                format!("Removed {removed} projects of {code}. Bring them back with: muster bring-back {import}")
            });
        }
        (Some(code), None, Some(import)) => {
            let kept = muster.decline_removals(code, import).await?;
            output.result(&json!({ "import": import, "kept": kept }), || format!("Kept {kept} projects of {code}."));
        }
        _ => {
            let all = muster.pending_removals(code.as_ref()).await?;
            output.result(&all, || {
                if all.is_empty() {
                    return "No removal waits for a decision.".to_owned();
                }
                table(
                    ["Import", "Project Number", "Address", "Status"],
                    all.iter().map(|one| [one.import.to_string(), one.number.clone(), one.address.clone(), one.status.clone()]),
                )
            });
        }
    }
    Ok(DONE)
}

pub(super) async fn bring_back(
    muster: &Muster,
    import: Option<i64>,
    project: Option<ProjectNumber>,
    output: Output,
) -> Result<u8> {
    let person = super::person();
    let numbers = match (import, project) {
        (Some(import), _) => muster.bring_back_import(import, &person).await?,
        (None, Some(project)) => vec![muster.bring_back_project(&project.code, &project.number, &person).await?],
        (None, None) => Vec::new(),
    };
    output.result(&json!({ "brought_back": numbers }), || match numbers.as_slice() {
        [one] => format!("{one} is back. No Full Import removes it until the client has sent it again."),
        many => format!("{} projects are back. No Full Import removes them until the client has sent them again.", many.len()),
    });
    Ok(DONE)
}
