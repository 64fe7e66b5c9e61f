//! `muster integration` and `muster validate`.

use std::io::{BufRead, IsTerminal};

use muster_core::connectors;
use muster_core::model::{Integration, IntegrationCode, ProjectsOnDelete};
use muster_core::{Admin, Error, ErrorCode, IntegrationInput, OnSave, Result};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use crate::args::{InputArgs, IntegrationCommand, KeepOrRemove, SecretArg, SecretFrom};
use crate::output::{DONE, Output, USAGE, sheet, table, when};

pub(super) async fn run(muster: &Admin, command: IntegrationCommand, output: Output) -> Result<u8> {
    match command {
        IntegrationCommand::Add { kind, code, adopt, input } => {
            let on_save = on_save(&input);
            let Some(mut input) = typed(&kind, input, output)? else { return Ok(USAGE) };
            input.code = Some(code);
            input.adopt = adopt;
            let added = muster.add_integration(&kind, input, on_save).await?;
            output.result(&added, || {
                format!("Added {}.\n\n{}\n\nNext: muster full-import {0}", added.code, details(&added))
            });
        }
        IntegrationCommand::List => {
            let all = muster.integrations().await?;
            output.result(&all, || list(&all));
        }
        IntegrationCommand::Show { code } => {
            let one = muster.integration(&code).await?;
            output.result(&one, || details(&one));
        }
        IntegrationCommand::Look { code } => {
            let kind = muster.integration(&code).await?.kind;
            let look = muster.look(&kind, Some(&code), IntegrationInput::default()).await?;
            output.result(&look, || super::look::text(&look));
        }
        IntegrationCommand::Describe { code, to } => {
            muster.save_description(&code, &to).await?;
            output.result(&json!({ "code": code, "description": to }), || {
                format!("The description of {code} is in {}.", to.display())
            });
        }
        IntegrationCommand::Edit { code, new_code, adopt, input } => {
            let kind = muster.integration(&code).await?.kind;
            let on_save = on_save(&input);
            let Some(mut input) = typed(&kind, input, output)? else { return Ok(USAGE) };
            input.code = new_code;
            input.adopt = adopt;
            let edited = muster.edit_integration(&code, input, on_save).await?;
            output.result(&edited, || format!("Saved.\n\n{}", details(&edited)));
        }
        IntegrationCommand::Delete { code, projects } => {
            let (what, word) = match projects {
                KeepOrRemove::Keep => (ProjectsOnDelete::Keep, "kept"),
                KeepOrRemove::Remove => (ProjectsOnDelete::Remove, "removed"),
            };
            let count = muster.delete_integration(&code, what).await?;
            output.result(&json!({ "code": code, "deleted": true, word: count }), || {
                let undo = match what {
                    ProjectsOnDelete::Remove if count > 0 => {
                        format!(" One is brought back with: muster bring-back --project {code}::NUMBER")
                    }
                    _ => String::new(),
                };
                format!("Deleted {code}; {count} projects were {word}.{undo}")
            });
        }
    }
    Ok(DONE)
}

pub(super) async fn validate(muster: &Admin, code: &IntegrationCode, output: Output) -> Result<u8> {
    muster.validate(code).await?;
    output.result(&json!({ "code": code, "validated": true }), || format!("The settings of {code} work."));
    Ok(DONE)
}

fn on_save(input: &InputArgs) -> OnSave {
    if input.no_validate { OnSave::DoNotValidate } else { OnSave::Validate }
}

/// What was typed, as the type's settings take it. None if it cannot be, after saying so.
fn typed(kind: &str, args: InputArgs, output: Output) -> Result<Option<IntegrationInput>> {
    let mut settings = Map::new();
    if let Some(descriptor) = connectors::find(kind) {
        let (cleared, set): (Vec<_>, Vec<_>) = args.set.into_iter().partition(|(_, value)| value.is_empty());
        match (descriptor.schema)().from_text(&set) {
            Ok(read) => settings = read,
            Err(errors) => {
                let lines: Vec<String> =
                    errors.iter().map(|error| format!("--set {}: {}", error.field, error.message)).collect();
                output.usage(&format!("error: {}", lines.join("\n")));
                return Ok(None);
            }
        }
        settings.extend(cleared.into_iter().map(|(key, _)| (key, Value::Null)));
    }
    Ok(Some(IntegrationInput {
        code: None,
        adopt: false,
        name: args.name,
        mode: args.mode,
        auto_admin: args.auto_admin,
        default_assign_to: args.default_assign_to,
        default_work_type: args.default_work_type,
        schedule: args.schedule,
        settings,
        secrets: args.secret.into_iter().map(read_secret).collect::<Result<_>>()?,
    }))
}

fn read_secret(arg: SecretArg) -> Result<(String, SecretString)> {
    let SecretArg { key, from } = arg;
    let text = match from {
        SecretFrom::Variable(variable) => std::env::var(&variable).map_err(|_| {
            Error::new(ErrorCode::InvalidInput, format!("The environment variable {variable} is not set.")).at(&key)
        })?,
        SecretFrom::Input if std::io::stdin().is_terminal() => {
            rpassword::prompt_password(format!("{key}: ")).map_err(|error| {
                Error::new(ErrorCode::InvalidInput, format!("The {key} could not be read: {error}.")).at(&key)
            })?
        }
        SecretFrom::Input => {
            let mut line = String::new();
            let read = std::io::stdin().lock().read_line(&mut line);
            if !read.is_ok_and(|length| length > 0) {
                let message = format!("Standard input has no line for the {key}.");
                return Err(Error::new(ErrorCode::InvalidInput, message).at(&key));
            }
            line.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    Ok((key, text.into()))
}

fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    crate::output::plain(&value).replace('_', " ")
}

fn list(all: &[Integration]) -> String {
    if all.is_empty() {
        return "There is no integration yet. Try the sample client: muster integration add --type sample --code SAMPLE".to_owned();
    }
    table(
        ["Name", "Code", "Publish To", "Type", "Projects", "Last Refreshed", "Last Error", "Status"],
        all.iter().map(|one| {
            [
                one.name.clone().unwrap_or_default(),
                one.code.to_string(),
                one.publish_to.len().to_string(),
                one.kind.clone(),
                one.projects.to_string(),
                when(one.last_refreshed),
                one.last_error.clone().unwrap_or_default(),
                word(&one.status),
            ]
        }),
    )
}

fn details(one: &Integration) -> String {
    let mut rows = vec![
        ["Code", one.code.as_str()].map(str::to_owned),
        ["Name", one.name.as_deref().unwrap_or_default()].map(str::to_owned),
        ["Type", &one.kind].map(str::to_owned),
        ["Mode", one.mode.as_str()].map(str::to_owned),
        ["Auto Admin".to_owned(), if one.auto_admin.is_on() { "on" } else { "off" }.to_owned()],
        ["Refresh automatically".to_owned(), one.schedule.to_string().replace('_', " ")],
        ["Default Assign To".to_owned(), one.default_assign_to.clone().unwrap_or_default()],
        ["Default Work Type".to_owned(), one.default_work_type.clone().unwrap_or_default()],
    ];
    for (name, value) in one.settings.as_object().into_iter().flatten() {
        rows.push([name.clone(), crate::output::plain(value)]);
    }
    rows.extend(one.secrets.iter().map(|name| [name.clone(), "stored".to_owned()]));
    rows.push(["Validated".to_owned(), if one.validated { "yes" } else { "not validated" }.to_owned()]);
    rows.push(["Projects".to_owned(), one.projects.to_string()]);
    rows.push(["Last Refreshed".to_owned(), when(one.last_refreshed)]);
    rows.push(["Last Error".to_owned(), one.last_error.clone().unwrap_or_default()]);
    rows.push(["Status".to_owned(), word(&one.status)]);
    sheet(["Integration", ""], rows)
}
