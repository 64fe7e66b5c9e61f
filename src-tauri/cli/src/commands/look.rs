//! The first records of a client system, for `muster integration look`.

use muster_core::connectors::{Look, LookOrder};

use crate::output::sheet;

/// The columns with what they are read as and the value of the first record, then the first orders.
pub(super) fn text(look: &Look) -> String {
    let first = look.rows.first();
    let columns = look.columns.iter().enumerate().map(|(at, column)| {
        let goes_to = column.goes_to.clone().unwrap_or_else(|| "(left out)".to_owned());
        let value = first.and_then(|row| row.get(at)).cloned().unwrap_or_default();
        [column.name.clone(), goes_to, value]
    });
    let mut parts = vec![sheet(["Column", "Read as", "First record"], columns)];
    parts.extend(look.orders.iter().map(order));
    parts.extend(look.notes.iter().cloned());
    parts.join("\n\n")
}

fn order(order: &LookOrder) -> String {
    let mut lines = vec![order.number.clone()];
    lines.extend(order.fields.iter().map(|field| format!("  {}: {}", field.name, field.value)));
    if !order.tasks.is_empty() {
        lines.push(format!("  tasks: {}", order.tasks.join(", ")));
    }
    lines.extend(order.problems.iter().map(|problem| format!("  ! {problem}")));
    lines.join("\n")
}
