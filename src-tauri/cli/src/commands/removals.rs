//! `muster removals` and `muster bring-back`.

use muster_core::model::IntegrationCode;
use muster_core::{Admin, Result};
use serde_json::json;

use crate::args::ProjectNumber;
use crate::output::{DONE, Output, table};

pub(super) async fn removals(
    muster: &Admin,
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
                    all.iter().map(|one| {
                        [one.import.to_string(), one.number.clone(), one.address.clone(), one.status.clone()]
                    }),
                )
            });
        }
    }
    Ok(DONE)
}

pub(super) async fn bring_back(
    muster: &Admin,
    import: Option<i64>,
    project: Option<ProjectNumber>,
    output: Output,
) -> Result<u8> {
    let numbers = match (import, project) {
        (Some(import), _) => muster.bring_back_import(import).await?,
        (None, Some(project)) => vec![muster.bring_back_project(&project.code, &project.number).await?],
        (None, None) => Vec::new(),
    };
    output.result(&json!({ "brought_back": numbers }), || match numbers.as_slice() {
        [one] => format!("{one} is back. No Full Import removes it until the client has sent it again."),
        many => format!(
            "{} projects are back. No Full Import removes them until the client has sent them again.",
            many.len()
        ),
    });
    Ok(DONE)
}
