//! Which column goes where: what the admin said, then what the preset knows, then the usual names.

use std::collections::HashMap;

use serde_json::Value;

use super::presets::{self, Aliases, Preset, USUAL};
use super::target::{Target, normal};
use crate::model::Field;

/// What an admin said about headers: where each goes, or that it is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Own(HashMap<String, Option<Target>>);

impl Own {
    /// Reads a mapping: a JSON object of header and field. An empty text is an empty mapping.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let Ok(Value::Object(object)) = serde_json::from_str(text) else {
            return Err("it must be a JSON object of headers and fields, like {\"Job No\": \"number\"}".to_owned());
        };
        let mut own = HashMap::with_capacity(object.len());
        for (header, field) in object {
            let Value::String(field) = field else {
                return Err("every header must have the name of a field, as a text".to_owned());
            };
            let target = match field.trim() {
                "" => None,
                name => Some(
                    Target::from_name(name)
                        .ok_or_else(|| format!("a field that it names is unknown; there are: {}", Target::names()))?,
                ),
            };
            own.insert(normal(&header), target);
        }
        Ok(Self(own))
    }

    /// All that it says, always in the same order.
    pub(super) fn text(&self) -> String {
        let mut said: Vec<String> =
            self.0.iter().map(|(header, target)| format!("{header}={}", target.map_or("", Target::name))).collect();
        said.sort_unstable();
        said.join("\n")
    }

    /// These, and for the other headers what `base` says.
    pub(super) fn over(self, mut base: Self) -> Self {
        base.0.extend(self.0);
        base
    }
}

/// How to know which column goes where.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    /// The preset that the admin chose; without one it is guessed from the headers.
    pub(super) preset: Option<&'static Preset>,
    /// What the admin said; it wins.
    pub(super) own: Own,
}

/// One file's columns.
#[derive(Debug)]
pub(super) struct Layout {
    /// The kind of list.
    pub(super) preset: &'static Preset,
    /// Whether the numbers have the codes under which the orders are to be filed. Only an admin can say so: whoever writes
    /// a file could otherwise file orders under the code of another client system.
    pub(super) has_codes: bool,
    /// The headers as they are written, and where each column goes.
    pub(super) columns: Vec<(String, Option<Target>)>,
    /// The columns of each target that has any.
    pub(super) by_target: Vec<(Target, Vec<usize>)>,
}

/// The fields without which nothing can be imported, the address in one cell aside.
const ADDRESS: [Field; 4] = [Field::Address1, Field::City, Field::State, Field::Zip];

impl Layout {
    /// Where the columns with these headers go.
    pub(super) fn of(headers: Vec<String>, rules: &Rules) -> Self {
        let normals: Vec<String> = headers.iter().map(|header| normal(header)).collect();
        let preset = rules.preset.unwrap_or_else(|| presets::guess(&normals));
        let mut columns = Columns::new(&normals);
        columns.own(&rules.own);
        columns.look_up(preset.aliases);
        columns.look_up(USUAL);
        columns.whole_address(&rules.own);
        let targets = columns.targets;
        let mut by_target: Vec<(Target, Vec<usize>)> = Vec::new();
        for (column, target) in targets.iter().enumerate() {
            let Some(target) = *target else { continue };
            match by_target.iter_mut().find(|(known, _)| *known == target) {
                Some((_, columns)) => columns.push(column),
                None => by_target.push((target, vec![column])),
            }
        }
        let has_codes = rules.preset.is_some_and(|chosen| chosen.has_codes);
        Self { preset, has_codes, columns: headers.into_iter().zip(targets).collect(), by_target }
    }

    /// The columns that go there.
    pub(super) fn columns_of(&self, target: Target) -> &[usize] {
        self.by_target.iter().find(|(known, _)| *known == target).map_or(&[], |(_, columns)| columns)
    }

    fn has(&self, target: Target) -> bool {
        !self.columns_of(target).is_empty()
    }

    /// How many columns go somewhere.
    pub(super) fn known(&self) -> usize {
        self.columns.iter().filter(|(_, target)| target.is_some()).count()
    }

    /// How much it looks like a list of orders. Nothing can be imported without a number, so that counts most.
    pub(super) fn score(&self) -> usize {
        self.known() + if self.has(Target::Number) { 1_000 } else { 0 }
    }

    /// What has no column and must have one, in words.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if !self.has(Target::Number) {
            missing.push("the number of the work order");
        }
        if !self.has(Target::FullAddress) {
            missing.extend(ADDRESS.into_iter().filter(|field| !self.has(Target::Field(*field))).map(Field::title));
        }
        missing
    }

    /// Whether it looks like a list whose numbers have codes, and nobody said so.
    pub(super) fn may_have_codes(&self) -> bool {
        self.preset.has_codes && !self.has_codes
    }

    /// Whether rows of one number are tasks of one order.
    pub(super) fn has_tasks(&self) -> bool {
        self.has(Target::Task) || self.has(Target::Tasks)
    }
}

/// The columns of a file while it is decided where they go.
struct Columns<'a> {
    headers: &'a [String],
    targets: Vec<Option<Target>>,
    decided: Vec<bool>,
}

impl<'a> Columns<'a> {
    fn new(headers: &'a [String]) -> Self {
        // What has no name goes nowhere.
        let decided = headers.iter().map(String::is_empty).collect();
        Self { headers, targets: vec![None; headers.len()], decided }
    }

    fn own(&mut self, own: &Own) {
        for (column, header) in self.headers.iter().enumerate() {
            if let Some(target) = own.0.get(header) {
                self.targets[column] = *target;
                self.decided[column] = true;
            }
        }
    }

    /// Gives each target that has no column yet the first of its headers that is there.
    fn look_up(&mut self, aliases: Aliases) {
        for (name, headers) in aliases {
            let target = Target::from_name(name);
            if target.is_some_and(|target| self.targets.contains(&Some(target))) {
                continue;
            }
            for header in *headers {
                let found = self.take(header, target);
                if found && target.is_some_and(|target| !target.joins()) {
                    break;
                }
            }
        }
    }

    fn take(&mut self, header: &str, target: Option<Target>) -> bool {
        let mut found = false;
        for column in 0..self.headers.len() {
            if !self.decided[column] && self.headers[column] == header {
                self.targets[column] = target;
                self.decided[column] = true;
                found = true;
            }
        }
        found
    }

    /// An address beside which there is neither city nor state nor ZIP is a whole one, unless an admin said otherwise or
    /// it is called the first line of one.
    fn whole_address(&mut self, own: &Own) {
        let has = |field| self.targets.contains(&Some(Target::Field(field)));
        if has(Field::City) || has(Field::State) || has(Field::Zip) {
            return;
        }
        for (target, header) in self.targets.iter_mut().zip(self.headers) {
            if *target == Some(Target::Field(Field::Address1)) && !own.0.contains_key(header) && !header.ends_with('1')
            {
                *target = Some(Target::FullAddress);
            }
        }
    }
}

/// The row that holds the headers, and where the columns go.
#[derive(Debug)]
pub(super) struct Header {
    /// Its number among the rows of the table, from 1.
    pub(super) row: u64,
    pub(super) layout: Layout,
}

/// Finds the headers among the first rows: the row of which most is known, and of two the upper one. A row with a
/// number wins over every row without.
pub(super) fn find_header(rows: Vec<(u64, Vec<String>)>, rules: &Rules) -> Option<Header> {
    let mut best: Option<Header> = None;
    for (row, cells) in rows {
        if cells.iter().filter(|cell| !cell.trim().is_empty()).count() < 2 {
            continue;
        }
        let layout = Layout::of(cells, rules);
        if layout.known() > 0 && best.as_ref().is_none_or(|best| layout.score() > best.layout.score()) {
            best = Some(Header { row, layout });
        }
    }
    best
}

/// The preset of a setting: one that ships, or none if the file is to be guessed.
pub(super) fn shipped(name: &str) -> Option<&'static Preset> {
    if name.is_empty() { None } else { presets::find(name) }
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
