//! `muster projects`.

use std::io::IsTerminal;

use muster_core::model::{Field, Project, ProjectDetail, ProjectFilter};
use muster_core::{Office, Result};
use serde_json::json;

use crate::args::ProjectsCommand;
use crate::output::{DONE, Output, sheet, table, when};

/// Rows on a terminal, unless said otherwise.
const SCREENFUL: u64 = 50;

pub(super) async fn run(muster: &Office, command: ProjectsCommand, output: Output) -> Result<u8> {
    match command {
        ProjectsCommand::List { code, status, search, limit, offset } => {
            let on_terminal = !output.json && std::io::stdout().is_terminal();
            let limit = limit.unwrap_or(if on_terminal { SCREENFUL } else { u64::MAX });
            let page = muster.projects(&ProjectFilter { code, status, search, limit, offset }).await?;
            output.result(&page.projects, || {
                let shown = page.projects.len();
                format!("{}\n{shown} of {} projects", list(&page.projects), page.total)
            });
        }
        ProjectsCommand::Show { number } => {
            let detail = muster.project(&number.code, &number.number).await?;
            output.result(&detail, || details(&detail));
        }
        ProjectsCommand::Edit { number, set } => {
            let edited = muster.edit_project(&number.code, &number.number, &set).await?;
            output.result(&edited, || details(&edited));
        }
        ProjectsCommand::Delete { number } => {
            muster.delete_project(&number.code, &number.number).await?;
            let shown = format!("{}::{}", number.code, number.number);
            output.result(&json!({ "number": shown, "deleted": true }), || {
                format!("{shown} is not in the list any more. Bring it back with: muster bring-back --project {shown}")
            });
        }
    }
    Ok(DONE)
}

fn list(projects: &[Project]) -> String {
    let text = |project: &Project, field| project.fields.text(field).unwrap_or_default().to_owned();
    table(
        ["Project Number", "Status", "Client Status", "Due Date", "Address", "City", "State", "Assigned To", "Tasks"],
        projects.iter().map(|project| {
            [
                project.shown_number(),
                text(project, Field::Status),
                text(project, Field::ClientStatus),
                text(project, Field::DueDate),
                text(project, Field::Address1),
                text(project, Field::City),
                text(project, Field::State),
                text(project, Field::AssignedTo),
                project.tasks.len().to_string(),
            ]
        }),
    )
}

fn details(detail: &ProjectDetail) -> String {
    let project = &detail.project;
    let mut rows = vec![["number".to_owned(), project.shown_number()]];
    for field in Field::ALL {
        if let Some(text) = project.fields.text(field) {
            rows.push([field.name().to_owned(), text.to_owned()]);
        }
    }
    for task in &project.tasks {
        let instructions = task.instructions.as_deref().unwrap_or_default();
        rows.push(["task".to_owned(), format!("{}: {instructions}", task.name)]);
    }
    let mut out = sheet(["Field", "Value"], rows);
    if !detail.history.is_empty() {
        let history = detail.history.iter().take(20).map(|change| {
            let who = match (&change.person, change.import) {
                (Some(person), _) => person.clone(),
                (None, Some(import)) => format!("import {import}"),
                (None, None) => String::new(),
            };
            let value = |text: &Option<String>| text.clone().unwrap_or_default();
            [when(Some(change.at)), who, change.field.clone(), value(&change.old), value(&change.new)]
        });
        out.push('\n');
        out.push_str(&table(["When", "Who", "Field", "Before", "After"], history));
    }
    out
}
