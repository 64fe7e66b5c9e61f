//! Every command of the shell, with arguments that would do something, and who may call it.

use serde_json::{Value, json};

use crate::support::{CODE, PASSWORD};

/// Who may call a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// Whoever is in front of the window.
    Anybody,
    /// Staff and Admins.
    Office,
    /// Admins.
    Admin,
}

/// The table, in an order in which an Admin can do all of it. `things` holds the ids of what is there.
pub(super) fn table(things: &Value) -> Vec<(&'static str, Door, Value)> {
    use Door::{Admin, Anybody, Office};
    let (import, user, project) = (&things["import"], &things["user"], &things["project"]);
    let nothing = json!({});
    let draft = json!({
        "code": "NEW", "name": "", "mode": "external", "auto_admin": false, "default_assign_to": "",
        "default_work_type": "", "schedule": "off",
        "settings": {}, "secrets": {}, "adopt": false,
    });
    let mut edited = draft.clone();
    edited["code"] = CODE.into();
    edited["name"] = "Renamed".into();
    let query = json!({ "search": "", "code": null, "status": null, "sort": [] });
    let newcomer = json!({ "username": "cem", "name": null, "email": null, "role": "admin", "password": PASSWORD });
    let admin = json!({ "username": "mallory", "name": null, "password": PASSWORD });
    vec![
        ("change_password", Office, json!({ "old": "not the password", "chosen": "another password" })),
        ("project_page", Office, json!({ "query": query, "offset": 0, "limit": 10 })),
        ("project", Office, json!({ "id": project })),
        ("edit_project", Office, json!({ "id": project, "changes": [{ "field": "assigned_to", "value": "mallory" }] })),
        ("project_facets", Office, nothing.clone()),
        ("assignees", Office, nothing.clone()),
        // Of no project: nothing shall open.
        ("open_in_maps", Office, json!({ "id": 999_999 })),
        ("open_link", Office, json!({ "id": 999_999, "url": "https://example.com/" })),
        // This program does not update itself.
        ("updating", Anybody, nothing.clone()),
        ("update_offered", Anybody, json!({ "version": "9.9.9" })),
        ("look_for_update", Anybody, nothing.clone()),
        ("restart_with_update", Anybody, nothing.clone()),
        ("choose_channel", Admin, json!({ "channel": "beta" })),
        ("users", Admin, nothing.clone()),
        ("add_user", Admin, json!({ "user": newcomer })),
        ("edit_user", Admin, json!({ "id": user, "change": { "name": "Bob", "email": null, "role": "admin" } })),
        ("reset_password", Admin, json!({ "id": user, "password": "another password" })),
        ("set_user_active", Admin, json!({ "id": user, "active": false })),
        ("integration_types", Admin, nothing.clone()),
        ("integrations", Admin, nothing.clone()),
        ("integration", Admin, json!({ "code": CODE })),
        ("check_code", Admin, json!({ "code": "NEW", "but": null })),
        ("validate_integration", Admin, json!({ "type": "sample", "code": null, "draft": draft })),
        ("cancel_validation", Admin, nothing.clone()),
        ("look_at_records", Admin, json!({ "type": "sample", "code": null, "draft": draft })),
        // Of no kind: no window of the system shall open.
        ("choose_path", Admin, json!({ "what": "nothing" })),
        // Of an integration without one, for the same reason.
        ("save_description", Admin, json!({ "code": CODE })),
        ("presets", Admin, nothing.clone()),
        ("save_preset", Admin, json!({ "name": "jobs", "base": "", "mapping": "{\"Job No\": \"number\"}" })),
        ("add_integration", Admin, json!({ "type": "sample", "draft": draft, "validate": false })),
        ("edit_integration", Admin, json!({ "code": CODE, "draft": edited, "validate": false })),
        ("add_sample", Admin, nothing.clone()),
        ("people", Admin, json!({ "code": CODE })),
        ("add_person", Admin, json!({ "code": CODE, "person": "mallory@example.com" })),
        ("remove_person", Admin, json!({ "code": CODE, "person": "mallory@example.com" })),
        ("work_types", Admin, nothing.clone()),
        ("save_work_type", Admin, json!({ "workType": { "id": null, "name": "Cut", "fields": {}, "tasks": [] } })),
        ("delete_work_type", Admin, json!({ "id": 1 })),
        ("imports", Admin, json!({ "code": null, "limit": 10 })),
        ("import_record", Admin, json!({ "id": import })),
        ("waiting_imports", Admin, nothing.clone()),
        ("pending_removals", Admin, json!({ "id": import })),
        ("decline_removals", Admin, json!({ "id": import })),
        ("confirm_removals", Admin, json!({ "id": import })),
        ("removed_projects", Admin, json!({ "search": "", "importId": null, "offset": 0, "limit": 10 })),
        ("bring_back", Admin, json!({ "ids": [project] })),
        ("bring_back_import", Admin, json!({ "id": import })),
        ("refresh", Admin, json!({ "code": CODE })),
        ("start_preview", Admin, json!({ "code": "SAMPLE", "reRead": false })),
        ("preview", Admin, json!({ "id": import })),
        ("apply_preview", Admin, json!({ "id": import })),
        ("cancel_import", Admin, json!({ "id": import })),
        ("refresh_all", Admin, nothing.clone()),
        ("live", Admin, nothing.clone()),
        ("delete_integration", Admin, json!({ "code": "NEW", "removeProjects": true })),
        ("start", Anybody, nothing.clone()),
        ("try_again", Anybody, nothing.clone()),
        ("report_fault", Anybody, json!({ "message": "a fault of a test" })),
        ("create_first_admin", Anybody, json!({ "input": admin, "stay": false })),
        ("sign_in", Anybody, json!({ "username": "nobody", "password": "not a password", "stay": false })),
        // Last: from here on nobody is signed in.
        ("sign_out", Anybody, nothing),
    ]
}
