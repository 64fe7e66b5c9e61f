//! `muster work-type`.

use muster_core::model::{WorkType, WorkTypeField};
use muster_core::{Admin, Result, WorkTypeInput};
use serde_json::json;

use crate::args::{ContentArgs, WorkTypeCommand};
use crate::output::{DONE, Output, sheet, table};

pub(super) async fn run(muster: &Admin, command: WorkTypeCommand, output: Output) -> Result<u8> {
    match command {
        WorkTypeCommand::List => {
            let all = muster.work_types().await?;
            output.result(&all, || list(&all));
        }
        WorkTypeCommand::Show { name } => {
            let one = muster.work_type(&name).await?;
            output.result(&one, || details(&one));
        }
        WorkTypeCommand::Add { name, content } => {
            let new = changed(WorkTypeInput { name, ..WorkTypeInput::default() }, content);
            let added = muster.save_work_type(new).await?;
            output.result(&added, || {
                format!(
                    "Added {}.\n\n{}\n\nNext: muster integration edit CODE --default-work-type {0:?}",
                    added.name,
                    details(&added)
                )
            });
        }
        WorkTypeCommand::Edit { name, new_name, content, no_tasks } => {
            let before = muster.work_type(&name).await?;
            let input = WorkTypeInput {
                id: Some(before.id),
                name: new_name.unwrap_or(before.name),
                fields: before.fields.as_texts(),
                tasks: if no_tasks { Vec::new() } else { before.tasks },
            };
            let edited = muster.save_work_type(changed(input, content)).await?;
            output.result(&edited, || format!("Saved.\n\n{}", details(&edited)));
        }
        WorkTypeCommand::Delete { name } => {
            let one = muster.work_type(&name).await?;
            let codes = muster.delete_work_type(one.id).await?;
            output.result(&json!({ "name": one.name, "deleted": true, "integrations": codes }), || {
                let codes: Vec<&str> = codes.iter().map(muster_core::model::IntegrationCode::as_str).collect();
                let after = match codes.as_slice() {
                    [] => String::new(),
                    codes => format!(" New projects of {} get no work type any more.", codes.join(", ")),
                };
                format!("Deleted {}.{after}", one.name)
            });
        }
    }
    Ok(DONE)
}

fn changed(mut input: WorkTypeInput, content: ContentArgs) -> WorkTypeInput {
    input.fields.extend(content.set);
    if !content.task.is_empty() {
        input.tasks = content.task;
    }
    input
}

fn codes(one: &WorkType) -> String {
    one.used_by.iter().map(muster_core::model::IntegrationCode::as_str).collect::<Vec<_>>().join(", ")
}

fn list(all: &[WorkType]) -> String {
    if all.is_empty() {
        return "There is no work type yet. Add one: muster work-type add NAME --task \"Grass cut\"".to_owned();
    }
    table(
        ["Name", "Values", "Tasks", "Used by"],
        all.iter().map(|one| {
            [one.name.clone(), one.fields.as_texts().len().to_string(), one.tasks.len().to_string(), codes(one)]
        }),
    )
}

fn details(one: &WorkType) -> String {
    let mut values = one.fields.as_texts();
    let mut rows = vec![["Name".to_owned(), one.name.clone()]];
    for field in WorkTypeField::all() {
        if let Some(text) = values.remove(field.name) {
            rows.push([field.title.to_owned(), text]);
        }
    }
    for task in &one.tasks {
        let instructions = task.instructions.as_deref().map(|text| format!(": {text}")).unwrap_or_default();
        rows.push(["Task".to_owned(), format!("{}{instructions}", task.name)]);
    }
    rows.push(["Used by".to_owned(), codes(one)]);
    sheet(["Work type", ""], rows)
}
