//! The commands of the pages, as one table. Each is thin: a door from core for the person who is signed in, one call, the
//! answer. The types of the pages are made from this table (`cargo xtask bindings`).

mod imports;
mod integrations;
mod projects;
mod session;
mod updates;
mod users;
mod work_types;

use tauri::Wry;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

use crate::events::Changes;
use crate::updates::UpdatesMoved;

/// Every command and every event. A command that is not listed in `build.rs` as well cannot be called.
pub(crate) fn seam() -> Builder<Wry> {
    Builder::<Wry>::new()
        .commands(collect_commands![
            // anybody
            session::start,
            session::try_again,
            session::create_first_admin,
            session::sign_in,
            session::sign_out,
            session::report_fault,
            updates::updating,
            updates::update_offered,
            updates::look_for_update,
            updates::restart_with_update,
            // Staff and Admins
            session::change_password,
            projects::project_page,
            projects::project,
            projects::edit_project,
            projects::project_facets,
            projects::assignees,
            projects::open_in_maps,
            projects::open_link,
            // Admins
            users::users,
            users::add_user,
            users::edit_user,
            users::reset_password,
            users::set_user_active,
            updates::choose_channel,
            integrations::integration_types,
            integrations::integrations,
            integrations::integration,
            integrations::check_code,
            integrations::validate_integration,
            integrations::cancel_validation,
            integrations::look_at_records,
            integrations::choose_path,
            integrations::save_description,
            integrations::presets,
            integrations::save_preset,
            integrations::add_integration,
            integrations::edit_integration,
            integrations::delete_integration,
            integrations::add_sample,
            integrations::people,
            integrations::add_person,
            integrations::remove_person,
            work_types::work_types,
            work_types::save_work_type,
            work_types::delete_work_type,
            imports::refresh,
            imports::refresh_all,
            imports::cancel_import,
            imports::start_preview,
            imports::preview,
            imports::apply_preview,
            imports::imports,
            imports::import_record,
            imports::waiting_imports,
            imports::pending_removals,
            imports::confirm_removals,
            imports::decline_removals,
            imports::removed_projects,
            imports::bring_back,
            imports::bring_back_import,
            imports::live,
        ])
        .events(collect_events![Changes, UpdatesMoved])
        .error_handling(ErrorHandlingMode::Result)
        // One type for what is sent and what is received: no type of ours differs.
        .disable_serde_phases()
        // Ids and counts: far below 2^53.
        .dangerously_cast_bigints_to_number()
}

#[cfg(test)]
#[path = "bindings_tests.rs"]
mod bindings_tests;
