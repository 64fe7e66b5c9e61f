//! Databases of the schemas that came before the first release: made of the first steps, filled with plain SQL, as no
//! program of that day is left to fill them.

use muster_migrations::{Migrator, STEPS};
use rusqlite::Connection;
use sea_orm_migration::MigratorTrait as _;
use sea_orm_migration::sea_orm::Database;

use crate::shared;

/// How many of the steps are older than the first release.
const INNER: usize = 4;

/// What is added to a database after each step.
const FILLING: [&str; INNER] = [FIRST, USERS, WORK_TYPES, ""];

const FIRST: &str = "
    INSERT INTO integrations (id, code, name, kind, mode, auto_admin, default_assign_to, settings, secrets, validated,
            revision, merge_epoch, mapping_version, cursor, memory, created_at) VALUES
        (3, 'NWF', 'Northwind Field Services', 'pruvan', 'external', 1, 'carl',
            '{\"url\":\"https://orders.example.com/pruvan\",\"username\":\"office\"}', '[\"password\"]', 1,
            4, 2, 1, 1795000000000, '{\"seen\":7}', 1790000000000),
        (5, 'SAMPLE', NULL, 'sample', 'internal', 0, NULL, '{}', '[]', 0, 1, 1, 1, NULL, 'null', 1790000000001);
    INSERT INTO grants VALUES (3, 'dora', 'ann', 1790000000100), (3, 'client@northwind.example', 'ann', 1790000000200);
    INSERT INTO imports (id, integration_id, code, kind, asked_by, asked_at, started_at, finished_at, outcome, added, changed,
            unchanged, removed, skipped, problem_count, error, notes) VALUES
        (1, 3, 'NWF', 'full_import', 'ann', 1790000001000, 1790000001001, 1790000002000, 'succeeded', 3, 0, 0, 0, 1, 1, NULL, '[]'),
        (2, 3, 'NWF', 'refresh', 'ann', 1790000003000, 1790000003001, 1790000004000, 'failed', 0, 0, 0, 0, 0, 0,
            '{\"code\":\"cannot_reach\",\"message\":\"The client system cannot be reached.\",\"fields\":[],\"retry\":true}', '[]'),
        (3, 3, 'NWF', 'full_import', 'bob', 1790000005000, 1790000005001, 1790000006000, 'succeeded', 0, 1, 0, 1, 0, 0, NULL, '[]');
    INSERT INTO import_problems VALUES (1, 0, 'NW-9', 'The due date is no date.');
    INSERT INTO projects (id, integration_id, code, source_key, number, source_hash, source_epoch, kept, removed_at,
            removed_by_import, removed_by, created_at, created_by_import, changed_at, address1, city, state, zip, assigned_to,
            status, due_date, client_status, instructions) VALUES
        (11, 3, 'NWF', 'NW-1', 'NW-1', x'00112233445566778899aabbccddeeff', 2, 0, NULL, NULL, NULL, 1790000002000, 1,
            1790000006000, '12 Pine Rd', 'Tulsa', 'OK', '04101', 'bob', 'Assigned', '2026-12-04', 'Open', '<p>Ring first.</p>'),
        (12, 3, 'NWF', 'NW-2', 'NW-2~2', NULL, 2, 1, NULL, NULL, NULL, 1790000002000, 1, 1790000002000, '3 Old Mill Ln',
            'Sault Ste. Marie', 'MI', NULL, NULL, 'Unassigned', NULL, NULL, 'Ünïcode \"as is\"' || char(10) || 'and a line'),
        (13, 3, 'NWF', 'NW-3', 'NW-3', NULL, 1, 0, 1790000006000, 3, 'import', 1790000002000, 1, 1790000006000, NULL, NULL,
            NULL, NULL, NULL, 'Unassigned', NULL, NULL, NULL),
        (14, NULL, 'OLD', 'a', 'a', NULL, 1, 0, NULL, NULL, NULL, 1780000000000, NULL, 1780000000000, NULL, NULL, NULL, NULL,
            '~all~', 'Complete', NULL, NULL, NULL);
    UPDATE projects SET work_order_info = 'its work_order_info', address2 = 'its address2', country = 'its country',
        client_due_date = 'its client_due_date', description = 'its description', reference = 'its reference',
        start_date = 'its start_date', gps_latitude = 'its gps_latitude', gps_longitude = 'its gps_longitude',
        source_wo_number = 'its source_wo_number', source_wo_id = 'its source_wo_id',
        source_wo_provider = 'its source_wo_provider', attribute7 = 'its attribute7', attribute8 = 'its attribute8',
        attribute9 = 'its attribute9', attribute10 = 'its attribute10', attribute11 = 'its attribute11',
        attribute12 = 'its attribute12', attribute13 = 'its attribute13', attribute14 = 'its attribute14',
        attribute15 = 'its attribute15', control_config = 'its control_config', options = 'its options',
        client_instructions = 'its client_instructions' WHERE id = 11;
    INSERT INTO tasks (project_id, position, origin, name, instructions, source_service, attributes) VALUES
        (11, 0, 'client', 'Grass cut', 'Edges too.', 'GC', '{\"a\":\"b\"}'), (11, 1, 'person', 'Photo', NULL, NULL, NULL),
        (13, 0, 'work_type', 'Winterize', NULL, NULL, NULL);
    UPDATE tasks SET survey = 's', survey_dynamic = 'd', options = '{}', source_service_id = '9' WHERE position = 1;
    INSERT INTO project_changes (id, project_id, at, import_id, person, field, old, new) VALUES
        (1, 11, 1790000005000, NULL, 'bob', 'assigned_to', NULL, 'bob'), (2, 11, 1790000006000, 3, NULL, 'status', 'Unassigned', 'Assigned');
    INSERT INTO pending_removals VALUES (3, 12);
    -- In a year it would begin to forget what was removed.
    UPDATE settings SET value = '365000' WHERE name = 'keep_removed_days';";

const USERS: &str = "
    INSERT INTO users (id, username, name, email, role, password, active, epoch, created_at, last_sign_in) VALUES
        (1, 'ann', 'Ann Miller', 'ann@northwind.example', 'admin', 'no hash', 1, 3, 1790000000000, 1790000009000),
        (2, 'carl', NULL, NULL, 'crew', NULL, 0, 1, 1790000000000, NULL);
    INSERT INTO tokens (id, user_id, kind, name, hash, epoch, created_at, last_used_at) VALUES
        (1, 1, 'file', 'Nightly refresh', x'0102', 3, 1790000000000, 1790000009000);
    INSERT INTO sign_in_failures VALUES ('ann', 2, 1790000008000);
    UPDATE integrations SET schedule = 'hourly', login_refused = 1 WHERE id = 3;";

const WORK_TYPES: &str = "
    INSERT INTO work_types (id, name, fields, tasks, created_at) VALUES
        (2, 'Lawn', '{\"reference\":\"Lawn\"}', '[{\"name\":\"Grass cut\",\"instructions\":\"Edges too.\"}]', 1790000000000);
    UPDATE integrations SET default_work_type = 2 WHERE id = 3;";

/// Makes them all.
pub(crate) async fn make_all() {
    for steps in 1..=INNER {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("muster.db");
        for filling in &FILLING[..steps] {
            let url = format!("sqlite://{}?mode=rwc", path.display());
            let database = Database::connect(url).await.expect("the database opens");
            Migrator::up(&database, Some(1)).await.expect("the step is applied");
            database.close().await.expect("the database closes");
            let database = Connection::open(&path).expect("the database opens");
            database.execute_batch(filling).expect("the filling fits the schema");
        }
        let to = shared::folder().join("inner").join(format!("{}.db", STEPS[steps - 1].name));
        crate::copy(&path, &to);
        crate::say(&to);
    }
}
