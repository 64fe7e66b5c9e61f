//! Hands the configuration and the capabilities to Tauri. Every command of the shell is listed here by name: one that is
//! not listed cannot be called from the pages, whatever the capabilities say.

use std::error::Error;

use tauri_build::{AppManifest, Attributes};

/// The commands that the pages may call.
const COMMANDS: &[&str] = &[
    "start",
    "try_again",
    "create_first_admin",
    "sign_in",
    "sign_out",
    "report_fault",
    "updating",
    "update_offered",
    "look_for_update",
    "restart_with_update",
    "change_password",
    "project_page",
    "project",
    "edit_project",
    "project_facets",
    "assignees",
    "open_in_maps",
    "open_link",
    "users",
    "add_user",
    "edit_user",
    "reset_password",
    "set_user_active",
    "choose_channel",
    "integration_types",
    "integrations",
    "integration",
    "check_code",
    "validate_integration",
    "cancel_validation",
    "look_at_records",
    "choose_path",
    "save_description",
    "presets",
    "save_preset",
    "add_integration",
    "edit_integration",
    "delete_integration",
    "add_sample",
    "people",
    "add_person",
    "remove_person",
    "work_types",
    "save_work_type",
    "delete_work_type",
    "refresh",
    "refresh_all",
    "cancel_import",
    "start_preview",
    "preview",
    "apply_preview",
    "imports",
    "import_record",
    "waiting_imports",
    "pending_removals",
    "confirm_removals",
    "decline_removals",
    "removed_projects",
    "bring_back",
    "bring_back_import",
    "live",
];

fn main() -> Result<(), Box<dyn Error>> {
    // The pages are compiled in; without this a program may keep those of an earlier build.
    println!("cargo:rerun-if-changed=ui/dist");
    let attributes = Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes)?;
    Ok(())
}
