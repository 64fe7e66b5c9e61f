//! Integrations as they are stored, and what is known about them at a glance.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, SqlErr,
};
use serde_json::{Map, Value};

use super::entities::{grant, integration};
use super::{Result, StoreError, imports, instant, pending, sql, work_types};
use crate::connectors::{self, Descriptor};
use crate::model::{AutoAdmin, Integration, IntegrationCode, IntegrationStatus, Mode, Schedule, Waiting};

/// An integration as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    /// 0 until it is stored.
    pub(crate) id: i64,
    pub(crate) code: IntegrationCode,
    pub(crate) name: Option<String>,
    pub(crate) kind: String,
    pub(crate) mode: Mode,
    pub(crate) auto_admin: AutoAdmin,
    pub(crate) default_assign_to: Option<String>,
    /// The id of the work type that new projects get.
    pub(crate) default_work_type: Option<i64>,
    /// Without secrets.
    pub(crate) settings: Value,
    /// The names of the secrets that are stored.
    pub(crate) secrets: Vec<String>,
    /// The servers that they were entered for; none if that was before anybody noted it.
    pub(crate) servers: Option<Vec<String>>,
    pub(crate) validated: bool,
    pub(crate) schedule: Schedule,
    /// The client system refused these credentials, and nobody has mended that yet.
    pub(crate) login_refused: bool,
    pub(crate) created_at: jiff::Timestamp,
    /// Raised with every change that an import must not run across.
    pub(crate) revision: i64,
    /// Raised with every change after which an order that was seen before means something else.
    pub(crate) merge_epoch: i64,
    pub(crate) mapping_version: i64,
    /// The moment to ask from, next time.
    pub(crate) cursor: Option<jiff::Timestamp>,
    /// What the connector asked to be remembered.
    pub(crate) memory: Value,
}

impl Record {
    /// One of that type that is not stored yet; its code is still to be given.
    pub(crate) fn new(descriptor: &Descriptor) -> Self {
        Self {
            id: 0,
            code: IntegrationCode::stored(String::new()),
            name: None,
            kind: descriptor.name.to_owned(),
            mode: Mode::External,
            auto_admin: AutoAdmin::On,
            default_assign_to: None,
            default_work_type: None,
            settings: Value::Object(Map::new()),
            secrets: Vec::new(),
            servers: None,
            validated: false,
            schedule: Schedule::Off,
            login_refused: false,
            created_at: jiff::Timestamp::now(),
            revision: 1,
            merge_epoch: 1,
            mapping_version: descriptor.mapping_version,
            cursor: None,
            memory: Value::Null,
        }
    }
}

fn read(row: integration::Model) -> Result<Record> {
    let damaged = |what: &str| StoreError::Damaged(format!("{what} of integration {}", row.code));
    Ok(Record {
        mode: match row.mode.as_str() {
            "internal" => Mode::Internal,
            "external" => Mode::External,
            _ => return Err(damaged("mode")),
        },
        settings: serde_json::from_str(&row.settings).map_err(|_| damaged("settings"))?,
        secrets: serde_json::from_str(&row.secrets).map_err(|_| damaged("secrets"))?,
        servers: row.servers.as_deref().map(serde_json::from_str).transpose().map_err(|_| damaged("servers"))?,
        memory: serde_json::from_str(&row.memory).map_err(|_| damaged("memory"))?,
        schedule: row.schedule.parse().map_err(|_| damaged("schedule"))?,
        cursor: row.cursor.map(super::from_instant).transpose()?,
        id: row.id,
        code: IntegrationCode::stored(row.code),
        name: row.name,
        kind: row.kind,
        auto_admin: AutoAdmin::from_bool(row.auto_admin),
        default_assign_to: row.default_assign_to,
        default_work_type: row.default_work_type,
        validated: row.validated,
        login_refused: row.login_refused,
        created_at: super::from_instant(row.created_at)?,
        revision: row.revision,
        merge_epoch: row.merge_epoch,
        mapping_version: row.mapping_version,
    })
}

/// The integration of that code, whatever its case.
pub(crate) async fn find(db: &impl ConnectionTrait, code: &IntegrationCode) -> Result<Option<Record>> {
    // The column compares without case.
    let row = integration::Entity::find().filter(integration::Column::Code.eq(code.as_str())).one(db).await?;
    row.map(read).transpose()
}

/// The integration with that id.
pub(crate) async fn get(db: &impl ConnectionTrait, id: i64) -> Result<Option<Record>> {
    integration::Entity::find_by_id(id).one(db).await?.map(read).transpose()
}

/// All, by code.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Record>> {
    let rows = integration::Entity::find().order_by_asc(integration::Column::Code).all(db).await?;
    rows.into_iter().map(read).collect()
}

/// Stores an integration (a new one if its id is 0) and gives its id.
pub(crate) async fn save(db: &impl ConnectionTrait, record: &Record) -> Result<i64> {
    let model = integration::ActiveModel {
        id: if record.id == 0 { NotSet } else { Set(record.id) },
        code: Set(record.code.as_str().to_owned()),
        name: Set(record.name.clone()),
        kind: Set(record.kind.clone()),
        mode: Set(record.mode.as_str().to_owned()),
        auto_admin: Set(record.auto_admin.is_on()),
        default_assign_to: Set(record.default_assign_to.clone()),
        default_work_type: Set(record.default_work_type),
        settings: Set(record.settings.to_string()),
        secrets: Set(Value::from(record.secrets.clone()).to_string()),
        servers: Set(record.servers.clone().map(|servers| Value::from(servers).to_string())),
        validated: Set(record.validated),
        revision: Set(record.revision),
        merge_epoch: Set(record.merge_epoch),
        mapping_version: Set(record.mapping_version),
        cursor: Set(record.cursor.map(instant)),
        memory: Set(record.memory.to_string()),
        created_at: if record.id == 0 { Set(instant(record.created_at)) } else { NotSet },
        schedule: Set(record.schedule.to_string()),
        login_refused: Set(record.login_refused),
    };
    let stored = if record.id == 0 { model.insert(db).await } else { model.update(db).await };
    match stored {
        Ok(stored) => Ok(stored.id),
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            Err(StoreError::CodeTaken)
        }
        Err(error) => Err(error.into()),
    }
}

/// Stores what is known only after an integration was added: its secrets, and that it has been validated.
pub(crate) async fn save_after_adding(db: &impl ConnectionTrait, record: &Record) -> Result<()> {
    let sql = "UPDATE integrations SET secrets = ?, validated = ? WHERE id = ?";
    let secrets = Value::from(record.secrets.clone()).to_string();
    sql::execute(db, sql, vec![secrets.into(), record.validated.into(), record.id.into()]).await?;
    Ok(())
}

/// Notes that the client system refused the credentials of the integration, unless they were changed meanwhile.
pub(crate) async fn note_refused_login(db: &impl ConnectionTrait, record: &Record) -> Result<()> {
    let sql = "UPDATE integrations SET login_refused = 1 WHERE id = ? AND revision = ?";
    sql::execute(db, sql, vec![record.id.into(), record.revision.into()]).await?;
    Ok(())
}

/// Deletes it. Its projects stay, without an integration.
pub(crate) async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<()> {
    integration::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// How many projects it has in the list.
pub(crate) async fn count_projects(db: &impl ConnectionTrait, id: i64) -> Result<u64> {
    let sql = "SELECT count(*) FROM projects WHERE integration_id = ? AND removed_at IS NULL";
    Ok(sql::number(db, sql, vec![id.into()]).await?.unsigned_abs())
}

/// What the outside sees of an integration. The status follows from its imports.
pub(crate) async fn view(db: &impl ConnectionTrait, record: Record) -> Result<Integration> {
    let runs = imports::standing(db, record.id).await?;
    let waiting = pending::newest(db, record.id).await?;
    let status = if runs.running {
        IntegrationStatus::Running
    } else if runs.waiting {
        IntegrationStatus::Pending
    } else if runs.last_error.is_some() {
        IntegrationStatus::Error
    } else if waiting.is_some() {
        IntegrationStatus::NeedsConfirmation
    } else {
        IntegrationStatus::Idle
    };
    let publish_to = grant::Entity::find()
        .filter(grant::Column::IntegrationId.eq(record.id))
        .order_by_asc(grant::Column::Person)
        .all(db)
        .await?;
    let default_work_type = match record.default_work_type {
        Some(id) => work_types::get(db, id).await?.map(|work_type| work_type.name),
        None => None,
    };
    Ok(Integration {
        projects: count_projects(db, record.id).await?,
        publish_to: publish_to.into_iter().map(|row| row.person).collect(),
        last_refreshed: runs.last_refreshed,
        last_error: (status == IntegrationStatus::Error).then_some(runs.last_error).flatten(),
        status,
        waiting: waiting.map(|(import, count)| Waiting { import, count }),
        schedule: record.schedule,
        login_refused: record.login_refused,
        id: record.id,
        code: record.code,
        name: record.name,
        type_title: connectors::find(&record.kind).map_or(record.kind.as_str(), |found| found.title).to_owned(),
        kind: record.kind,
        mode: record.mode,
        auto_admin: record.auto_admin,
        default_assign_to: record.default_assign_to,
        default_work_type,
        settings: record.settings,
        secrets: record.secrets,
        validated: record.validated,
    })
}
