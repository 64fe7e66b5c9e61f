//! Where the cells of a column go, and how the name of a column is compared.

use crate::error::sentence;
use crate::model::Field;

/// Where the cells of a column go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The number of the work order: the key, and what makes rows one order.
    Number,
    /// The code of the integration under which the order is to be filed.
    Code,
    /// A field of the project.
    Field(Field),
    /// Street, city, state and ZIP in one cell.
    FullAddress,
    /// The name of a task; each row of an order is one.
    Task,
    /// The instructions of the task that the row is.
    TaskInstructions,
    /// All tasks of the order as JSON, as Pruvan Online exports them.
    Tasks,
    /// When the client changed the order. It is kept nowhere: a row in which it changed is read again.
    LastModified,
}

/// What is no field of a project, and its name in a mapping.
const OTHERS: [(Target, &str); 7] = [
    (Target::Number, "number"),
    (Target::Code, "code"),
    (Target::FullAddress, "full_address"),
    (Target::Task, "task"),
    (Target::TaskInstructions, "task_instructions"),
    (Target::Tasks, "tasks"),
    (Target::LastModified, "last_modified"),
];

impl Target {
    /// The name in a mapping: that of the field, or one of the other names.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Field(field) => field.name(),
            other => OTHERS.iter().find(|(target, _)| *target == other).map_or("", |(_, name)| name),
        }
    }

    /// What has that name in a mapping.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let other = OTHERS.iter().find(|(_, known)| *known == name).map(|(target, _)| *target);
        other.or_else(|| Field::from_name(name).map(Self::Field))
    }

    /// All names with what they are called on the screen.
    pub(super) fn titles() -> Vec<(String, String)> {
        let others = OTHERS.iter().map(|(_, name)| (*name, sentence(&name.replace('_', " "))));
        let fields = Field::ALL.into_iter().map(|field| (field.name(), field.title().to_owned()));
        let all = others.chain(fields).map(|(name, title)| (name.to_owned(), title.trim_end_matches('.').to_owned()));
        all.collect()
    }

    /// All names, for an admin.
    pub(super) fn names() -> String {
        let fields = Field::ALL.into_iter().map(Field::name);
        OTHERS.iter().map(|(_, name)| *name).chain(fields).collect::<Vec<_>>().join(", ")
    }

    /// Whether several columns may go there, each with its name before its text. Of the others the first cell that
    /// is not empty counts.
    pub(super) fn joins(self) -> bool {
        matches!(
            self,
            Self::TaskInstructions
                | Self::Field(Field::Instructions | Field::ClientInstructions | Field::WorkOrderInfo)
        )
    }
}

/// The name of a column as it is compared: letters and digits only, in small letters, every word for number the same.
pub(super) fn normal(header: &str) -> String {
    let mut normal = String::with_capacity(header.len());
    for char in header.chars() {
        if char == '#' {
            normal.push_str("no");
        } else if char.is_alphanumeric() {
            normal.extend(char.to_lowercase());
        }
    }
    normal = normal.replace("number", "no");
    for ending in ["num", "nbr"] {
        if normal.ends_with(ending) {
            normal.truncate(normal.len() - ending.len());
            normal.push_str("no");
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_known_however_it_is_written() {
        for header in ["Work Order Number", "WORK ORDER #", "work_order_no.", "WorkOrderNumber*", " Work\nOrder Num "] {
            assert_eq!(normal(header), "workorderno", "{header}");
        }
        assert_eq!(normal("ZIP Code *"), "zipcode");
        assert_eq!(normal("№ – !"), "");
    }

    #[test]
    fn every_target_is_found_by_its_name() {
        for (target, name) in OTHERS {
            assert_eq!((Target::from_name(name), target.name()), (Some(target), name));
            assert_eq!(Field::from_name(name), None, "a name stands for one thing");
        }
        assert_eq!(Target::from_name("city"), Some(Target::Field(Field::City)));
        assert_eq!(Target::from_name("nothing"), None);
        assert!(Target::names().contains("number") && Target::names().contains("zip"));
    }
}
