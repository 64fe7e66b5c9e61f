//! The plain types of the field and their rules: integration, project, task, import, user. No I/O, no SQL, no wire formats.

mod field;
mod import;
mod integration;
mod project;
mod project_query;
mod project_view;
mod removed;
mod schedule;
mod status;
mod user;
mod work_order;
mod work_type;

pub use field::{Field, FieldGroup, Fields, Group, Kind};
pub use import::{Counts, Import, ImportKind, ImportRow, OrderProblem, Outcome, PendingRemoval, PreviewSummary};
pub use integration::{
    AutoAdmin, BadCode, Integration, IntegrationCode, IntegrationStatus, Mode, Owner, ProjectsOnDelete, Waiting,
    owner_of,
};
pub(crate) use project::past_due;
pub use project::{Change, Origin, Project, ProjectDetail, ProjectFilter, ProjectPage, Task, shown_number};
pub use project_query::{ProjectColumn, ProjectQuery, ProjectRow, ProjectRows, Sort};
pub use project_view::{ChangeView, FieldView, FieldWidget, ProjectView, TaskView};
pub use removed::{RemovedPage, RemovedProject};
pub use schedule::{BadSchedule, Schedule, TimeOfDay};
pub use status::ProjectStatus;
pub use user::{
    BadUser, MIN_PASSWORD_CHARS, Role, TokenInfo, User, check_email, check_name, check_password, check_username,
};
pub use work_order::{WorkOrder, WorkOrderTask};
pub(crate) use work_type::overwrites as work_type_overwrites;
pub use work_type::{BadWorkType, WorkType, WorkTypeField, WorkTypeTask, WorkTypeValues, WorkTypeWidget};
