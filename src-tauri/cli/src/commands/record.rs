//! `muster imports`, and how the records of imports look on a terminal.

use muster_core::model::{Import, ImportKind, OrderProblem, Outcome, PreviewSummary};
use muster_core::{Admin, Result};

use crate::args::ImportsCommand;
use crate::output::{DONE, Output, table, when};

pub(super) async fn imports(muster: &Admin, command: ImportsCommand, output: Output) -> Result<u8> {
    match command {
        ImportsCommand::List { code, limit } => {
            let all = muster.imports(code.as_ref(), limit).await?;
            output.result(&all, || {
                if all.is_empty() {
                    match &code {
                        Some(code) => format!("No import of {code} is known."),
                        None => "No import yet.".to_owned(),
                    }
                } else {
                    list(&all)
                }
            });
        }
        ImportsCommand::Show { import } => {
            let import = muster.import(import).await?;
            output.result(&import, || report(&import));
        }
    }
    Ok(DONE)
}

fn kind(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Refresh => "Refresh",
        ImportKind::FullImport => "Full Import",
    }
}

pub(super) fn report(import: &Import) -> String {
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

/// Lines of a long list on a terminal.
const SHOWN: usize = 20;

fn problems(problems: &[OrderProblem], count: u64) -> Vec<String> {
    let mut lines: Vec<String> = problems
        .iter()
        .take(SHOWN)
        .map(|problem| {
            format!("  {}: {}", problem.number.as_deref().unwrap_or("an order without a number"), problem.reason)
        })
        .collect();
    let rest = count.saturating_sub(lines.len() as u64);
    if rest > 0 {
        lines.push(format!("  and {rest} more problems"));
    }
    lines
}

pub(super) fn list(imports: &[Import]) -> String {
    table(
        [
            "Import",
            "Code",
            "Kind",
            "Asked by",
            "Ended",
            "Outcome",
            "Added",
            "Changed",
            "Unchanged",
            "Removed",
            "Skipped",
        ],
        imports.iter().map(|import| {
            let counts = &import.counts;
            [
                import.id.to_string(),
                import.code.to_string(),
                kind(import.kind).to_owned(),
                import.asked_by.clone(),
                when(import.finished_at),
                import
                    .outcome
                    .map_or(if import.started_at.is_some() { "running" } else { "waiting" }, Outcome::as_str)
                    .replace('_', " "),
                counts.added.to_string(),
                counts.changed.to_string(),
                counts.unchanged.to_string(),
                counts.removed.to_string(),
                counts.skipped.to_string(),
            ]
        }),
    )
}

pub(super) fn summary(preview: &PreviewSummary) -> String {
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
        lines.extend(preview.to_remove.iter().take(SHOWN).map(|one| format!("  {}  {}", one.number, one.address)));
        let rest = preview.to_remove.len().saturating_sub(SHOWN);
        if rest > 0 {
            lines.push(format!("  and {rest} more (--json shows all)"));
        }
    }
    lines.extend(preview.notes.iter().cloned());
    lines.extend(problems(&preview.problems, preview.problems.len() as u64));
    lines.join("\n")
}
