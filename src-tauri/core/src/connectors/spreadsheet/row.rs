//! One row of a table, in memory that is used again for the next.

/// A row over this is passed over, like every order over it.
pub(super) const LARGEST: usize = 4 * 1024 * 1024;
/// Columns beyond are not looked at. Excel has 16,384, and a single cell may stand in the last one.
pub(super) const COLUMNS: usize = 512;

/// The cells of a row.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Where it stands, for people: the number of the row in a workbook, of the line in a text.
    pub(super) place: u64,
    text: String,
    cells: Vec<Span>,
    /// Whether it is larger than [`LARGEST`]; then not all of it is here.
    pub(super) too_large: bool,
    /// Whether it has cells beyond [`COLUMNS`].
    pub(super) too_wide: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: usize,
    end: usize,
    is_error: bool,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    Text(&'a str),
    /// A formula that came to nothing, like `#REF!`.
    Error,
}

impl Row {
    /// Empties it, and keeps the memory.
    pub(super) fn clear(&mut self, place: u64) {
        self.place = place;
        self.text.clear();
        self.cells.clear();
        self.too_large = false;
        self.too_wide = false;
    }

    /// Whether no cell holds anything.
    pub(super) fn is_blank(&self) -> bool {
        !self.too_large
            && self.cells.iter().all(|cell| !cell.is_error && self.text[cell.start..cell.end].trim().is_empty())
    }

    /// Sets a cell.
    pub(super) fn set(&mut self, column: usize, text: &str) {
        if column >= COLUMNS {
            self.too_wide = true;
            return;
        }
        if self.text.len() + text.len() > LARGEST {
            self.too_large = true;
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.put(column, Span { start, end: self.text.len(), is_error: false });
    }

    /// Sets a cell whose formula came to nothing.
    pub(super) fn set_error(&mut self, column: usize) {
        if column < COLUMNS {
            self.put(column, Span { is_error: true, ..Span::default() });
        }
    }

    fn put(&mut self, column: usize, span: Span) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Span::default());
        }
        self.cells[column] = span;
    }

    /// The cell of a column, without white space around it; empty where there is none.
    pub(super) fn get(&self, column: usize) -> Cell<'_> {
        match self.cells.get(column) {
            None => Cell::Text(""),
            Some(span) if span.is_error => Cell::Error,
            Some(span) => Cell::Text(self.text[span.start..span.end].trim()),
        }
    }

    /// All cells as text.
    pub(super) fn texts(&self) -> Vec<String> {
        let text = |column| match self.get(column) {
            Cell::Text(text) => text.to_owned(),
            Cell::Error => "#".to_owned(),
        };
        (0..self.cells.len()).map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_may_come_in_any_order_and_there_may_be_gaps() {
        let mut row = Row::default();
        row.set(3, " d ");
        row.set(1, "b");
        row.set_error(2);
        assert_eq!(row.texts(), ["", "b", "#", "d"]);
        assert_eq!((row.get(2), row.get(9)), (Cell::Error, Cell::Text("")));
        assert!(!row.is_blank());
        row.clear(2);
        row.set(0, " \t");
        assert!(row.is_blank());
    }

    #[test]
    fn a_row_grows_neither_in_width_nor_in_size_beyond_its_bounds() {
        let mut row = Row::default();
        row.set(16_383, "far");
        row.set_error(16_383);
        assert!(row.too_wide && row.cells.is_empty());
        for column in 0..10 {
            row.set(column, &"x".repeat(1024 * 1024));
        }
        assert!(row.too_large && row.text.len() <= LARGEST);
    }
}
