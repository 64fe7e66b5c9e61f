//! The first rows of the newest file, as they are and as they would be read.

use super::gather::Gathered;
use super::job::{Alive, Files, Source, Step, gather, newest};
use super::record;
use super::row::Row;
use super::target::Target;
use crate::connectors::{ConnectError, Look, LookColumn, LookOrder};

/// So many rows are shown.
const ROWS: usize = 10;
/// So many orders are shown, of as many rows as are looked through for their tasks.
const ORDERS: usize = 5;
const LOOKED_THROUGH: usize = 1_000;
/// A cell is shown up to here.
const LONGEST: usize = 300;

/// Looks at the newest of the files.
pub(super) fn look(source: &Source, files: Files, alive: &Alive) -> Result<Look, ConnectError> {
    let (found, _) = newest(files)?;
    let (mut table, _) = source.open(&found, alive)?;
    let mut look = Look { notes: table.notes(), targets: Target::titles(), ..Look::default() };
    let layout = table.layout();
    look.columns = layout
        .columns
        .iter()
        .map(|(name, target)| LookColumn { name: cut(name), goes_to: target.map(|target| target.name().to_owned()) })
        .collect();
    let missing = layout.missing();
    if !missing.is_empty() {
        look.notes.push(format!("No column is there for: {}.", missing.join(", ")));
    }
    let columns = look.columns.len();
    table.rows(alive, &mut |_, row| {
        look.rows.push(texts(row, columns));
        Ok(if look.rows.len() < ROWS { Step::On } else { Step::Enough })
    })?;
    if table.layout().columns_of(Target::Number).is_empty() {
        return Ok(look);
    }
    let mut gathered = Gathered::new(&source.folder);
    let notes = &mut look.notes;
    let mut lost = |place: u64, why: &str| {
        if notes.len() < ROWS {
            notes.push(format!("Row {place}: {why}."));
        }
        Ok(())
    };
    gather(&mut table, alive, &mut gathered, &mut lost, LOOKED_THROUGH)?;
    look.notes.extend(table.doubts());
    gathered.each(&mut |order| {
        look.orders.extend(order.map(|order| LookOrder::of(record::decode(order))));
        Ok(if look.orders.len() < ORDERS { Step::On } else { Step::Enough })
    })?;
    Ok(look)
}

fn texts(row: &Row, columns: usize) -> Vec<String> {
    let mut texts: Vec<String> = row.texts().iter().map(|text| cut(text)).collect();
    texts.resize(columns, String::new());
    texts
}

fn cut(text: &str) -> String {
    let end = text.char_indices().nth(LONGEST).map(|(place, _)| place);
    end.map_or_else(|| text.to_owned(), |end| format!("{}…", &text[..end]))
}
