//! What a person does with a page: looks for a thing by its name, presses it, types into it.

use std::fmt;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use serde_json::Value;

use super::window::{Window, patiently};

const PAGE: &str = include_str!("page.js");
/// The key of an element in what a script returns.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A thing on the page, by role and accessible name. It is looked for anew each time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Thing<'a> {
    window: &'a Window,
    place: Place<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Place<'a> {
    Named { role: &'a str, name: &'a str },
    InCell { grid: &'a str, row: &'a str, column: &'a str, role: &'a str },
    Cell { grid: &'a str, row: &'a str, column: &'a str },
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named { role, name } => write!(f, "the {role} {name:?}"),
            Self::InCell { grid, row, column, role } => write!(f, "the {role} of {row:?} under {grid} / {column}"),
            Self::Cell { grid, row, column } => write!(f, "the cell of {row:?} under {grid} / {column}"),
        }
    }
}

impl Window {
    async fn page(&self, deed: &str, given: &[Value]) -> Value {
        let args: Vec<Value> = std::iter::once(deed.into()).chain(given.iter().cloned()).collect();
        // What is found may be drawn anew before the driver has it in hand.
        let answered = patiently(async || match self.client.execute(PAGE, args.clone()).await {
            Err(fault) if fault.is_stale_element_reference() => None,
            answered => Some(answered),
        });
        answered.await.expect("the page stands still").unwrap_or_else(|error| panic!("{error}\n{deed} {given:?}"))
    }

    fn named<'a>(&'a self, role: &'a str, name: &'a str) -> Thing<'a> {
        Thing { window: self, place: Place::Named { role, name } }
    }

    /// A button; a name that ends with `*` begins with what is before it. So for all others.
    pub(crate) fn button<'a>(&'a self, name: &'a str) -> Thing<'a> {
        self.named("button", name)
    }

    pub(crate) fn link<'a>(&'a self, name: &'a str) -> Thing<'a> {
        self.named("link", name)
    }

    /// What one types into.
    pub(crate) fn field<'a>(&'a self, name: &'a str) -> Thing<'a> {
        self.named("field", name)
    }

    pub(crate) fn checkbox<'a>(&'a self, name: &'a str) -> Thing<'a> {
        self.named("checkbox", name)
    }

    pub(crate) fn radio<'a>(&'a self, name: &'a str) -> Thing<'a> {
        self.named("radio", name)
    }

    pub(crate) fn choice<'a>(&'a self, name: &'a str) -> Thing<'a> {
        self.named("choice", name)
    }

    pub(crate) fn heading<'a>(&'a self, name: &'a str) -> Thing<'a> {
        self.named("heading", name)
    }

    pub(crate) fn tab<'a>(&'a self, name: &'a str) -> Thing<'a> {
        self.named("tab", name)
    }

    pub(crate) fn dialog<'a>(&'a self, name: &'a str) -> Thing<'a> {
        self.named("dialog", name)
    }

    /// A cell of a grid, by the text of some cell of its row and by the header of its column.
    pub(crate) fn cell<'a>(&'a self, grid: &'a str, row: &'a str, column: &'a str) -> Thing<'a> {
        Thing { window: self, place: Place::Cell { grid, row, column } }
    }

    /// The button in such a cell.
    pub(crate) fn button_in<'a>(&'a self, grid: &'a str, row: &'a str, column: &'a str) -> Thing<'a> {
        Thing { window: self, place: Place::InCell { grid, row, column, role: "button" } }
    }

    /// All that can be read now.
    pub(crate) async fn text(&self) -> String {
        self.page("text", &[]).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until this can be read.
    pub(crate) async fn sees(&self, text: &str) {
        let seen = patiently(async || self.text().await.contains(text).then_some(())).await;
        assert!(seen.is_some(), "{text:?} is not to be read in:\n{}", self.text().await);
    }

    /// Waits until this can be read no longer.
    pub(crate) async fn sees_no(&self, text: &str) {
        let gone = patiently(async || (!self.text().await.contains(text)).then_some(())).await;
        assert!(gone.is_some(), "{text:?} is still to be read in:\n{}", self.text().await);
    }

    /// The names of all links, say, from the top.
    pub(crate) async fn names(&self, role: &str) -> Vec<String> {
        let names = self.page("names", &[role.into()]).await;
        names.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The name of what has the keyboard.
    pub(crate) async fn focused(&self) -> String {
        self.page("focused", &[]).await.as_str().unwrap_or_default().to_owned()
    }

    /// Presses keys one after the other, whatever has the keyboard.
    pub(crate) async fn keys(&self, keys: &[char]) {
        let start = KeyActions::new("keyboard".to_owned());
        let pressed = keys.iter().fold(start, |actions, key| {
            actions.then(KeyAction::Down { value: *key }).then(KeyAction::Up { value: *key })
        });
        self.client.perform_actions(pressed).await.expect("keys can be pressed");
    }

    pub(crate) async fn key(&self, key: Key) {
        self.keys(&[key.into()]).await;
    }

    /// Types a text on the keyboard.
    pub(crate) async fn types(&self, text: &str) {
        self.keys(&text.chars().collect::<Vec<_>>()).await;
    }

    /// Holds one key while another is pressed.
    pub(crate) async fn chord(&self, held: Key, key: char) {
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held.into() })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: held.into() });
        self.client.perform_actions(actions).await.expect("keys can be pressed");
    }

    /// Presses Tab until what has this name has the keyboard.
    pub(crate) async fn tab_to(&self, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..80 {
            let now = self.focused().await;
            if now == name || name.strip_suffix('*').is_some_and(|start| now.starts_with(start)) {
                return;
            }
            passed.push(now);
            self.key(Key::Tab).await;
        }
        panic!("Tab does not come to {name:?}; it passed {passed:?}");
    }
}

impl Thing<'_> {
    async fn all(&self) -> Vec<Element> {
        let found = match self.place {
            Place::Named { role, name } => self.window.page("find", &[role.into(), name.into()]).await,
            Place::InCell { grid, row, column, role } => {
                self.window.page("inCell", &[grid.into(), row.into(), column.into(), role.into()]).await
            }
            Place::Cell { grid, row, column } => {
                Value::Array(vec![self.window.page("cell", &[grid.into(), row.into(), column.into()]).await])
            }
        };
        let ids = found.as_array().into_iter().flatten().filter_map(|one| one[ELEMENT].as_str());
        ids.map(|id| Element::from_element_id(self.window.client.clone(), ElementRef::from(id.to_owned()))).collect()
    }

    /// Waits until there is exactly one.
    pub(crate) async fn element(&self) -> Element {
        let found = patiently(async || {
            let mut all = self.all().await;
            if all.len() == 1 { all.pop() } else { None }
        });
        match found.await {
            Some(element) => element,
            None => self.fail(&format!("there are {}", self.all().await.len())).await,
        }
    }

    async fn fail(&self, why: &str) -> ! {
        let names = match self.place {
            Place::Named { role, .. } => self.window.names(role).await,
            Place::InCell { .. } | Place::Cell { .. } => Vec::new(),
        };
        panic!("{}: {why}\nthere: {names:?}\n{}", self.place, self.window.text().await)
    }

    /// Does something with it until that works: a page that is being drawn, or a message that passes by, may be in the way.
    async fn act(&self, act: impl AsyncFn(&Element) -> Result<(), CmdError>) {
        let mut last = None;
        let done = patiently(async || {
            let mut all = self.all().await;
            let element = if all.len() == 1 { all.pop()? } else { return None };
            // The driver is content with a corner that is in sight.
            let middle = "arguments[0].scrollIntoView({ block: 'nearest', inline: 'nearest' })";
            let shown = self.window.client.execute(middle, vec![serde_json::to_value(&element).ok()?]).await;
            match shown.map(drop).and(act(&element).await) {
                Ok(()) => Some(()),
                Err(error) => {
                    last = Some(error.to_string());
                    None
                }
            }
        });
        if done.await.is_none() {
            self.fail(&last.unwrap_or_else(|| "it is not there, or there are several".to_owned())).await;
        }
    }

    /// Waits until it is there.
    pub(crate) async fn is_there(&self) {
        self.element().await;
    }

    /// Waits until it is not there.
    pub(crate) async fn is_gone(&self) {
        if patiently(async || self.all().await.is_empty().then_some(())).await.is_none() {
            self.fail("it is still there").await;
        }
    }

    /// Whether it is there now.
    pub(crate) async fn is_here(&self) -> bool {
        !self.all().await.is_empty()
    }

    /// Waits until it can be pressed, and presses it with the mouse.
    pub(crate) async fn press(&self) {
        self.act(async |element| {
            if !element.is_enabled().await? || element.attr("aria-disabled").await?.is_some() {
                return Err(CmdError::NotW3C("it cannot be pressed".into()));
            }
            element.click().await
        })
        .await;
    }

    /// Replaces what is in it by what is typed.
    pub(crate) async fn fill(&self, text: &str) {
        self.act(async |element| {
            element.click().await?;
            let select = "arguments[0].select()";
            self.window.client.execute(select, vec![serde_json::to_value(element)?]).await?;
            element.send_keys(if text.is_empty() { "\u{e003}" } else { text }).await?;
            let typed = element.prop("value").await?.unwrap_or_default();
            if typed == text { Ok(()) } else { Err(CmdError::NotW3C(format!("it holds {typed:?}").into())) }
        })
        .await;
    }

    /// Waits until it has the keyboard.
    pub(crate) async fn has_focus(&self) {
        let focused = patiently(async || {
            let element = serde_json::to_value(self.all().await.first()?).ok()?;
            (self.window.run("return document.activeElement === arguments[0]", &[element]).await == true).then_some(())
        });
        if focused.await.is_none() {
            let focused = self.window.focused().await;
            self.fail(&format!("{focused:?} has the keyboard")).await;
        }
    }

    /// Chooses an option. The list that opens is the system's own, out of reach of the driver: the page is told as if it had
    /// been used.
    pub(crate) async fn choose(&self, label: &str) {
        let choose = "const [select, label] = arguments;
            const option = [...select.options].find((option) => option.label === label);
            if (option === undefined) return false;
            select.value = option.value;
            for (const type of ['input', 'change']) select.dispatchEvent(new Event(type, { bubbles: true }));
            return true";
        self.act(async |element| {
            let args = vec![serde_json::to_value(element)?, label.into()];
            let chosen = self.window.client.execute(choose, args).await?;
            if chosen == true { Ok(()) } else { Err(CmdError::NotW3C(format!("there is no {label}").into())) }
        })
        .await;
    }

    /// What is in it.
    pub(crate) async fn value(&self) -> String {
        self.element().await.prop("value").await.ok().flatten().unwrap_or_default()
    }

    /// A property of it, `checked` say.
    pub(crate) async fn is(&self, property: &str) -> bool {
        let element = serde_json::to_value(self.element().await).expect("an element");
        self.window.run("return arguments[0][arguments[1]] === true", &[element, property.into()]).await == true
    }

    /// Waits until the error beside the field holds this.
    pub(crate) async fn says(&self, text: &str) {
        let mut last = Value::Null;
        let said = patiently(async || {
            let element = serde_json::to_value(self.all().await.first()?).ok()?;
            last = self.window.page("error", &[element]).await;
            last.as_str().is_some_and(|error| error.contains(text)).then_some(())
        });
        if said.await.is_none() {
            self.fail(&format!("its error is {last}, not {text:?}")).await;
        }
    }

    /// Waits until the cell holds this.
    pub(crate) async fn reads(&self, text: &str) {
        let mut last = Value::Null;
        let Place::Cell { grid, row, column } = self.place else { panic!("only a cell is read") };
        let read = patiently(async || {
            last = self.window.page("cellText", &[grid.into(), row.into(), column.into()]).await;
            last.as_str().is_some_and(|now| now.contains(text)).then_some(())
        });
        if read.await.is_none() {
            self.fail(&format!("it reads {last}, not {text:?}")).await;
        }
    }

    /// The same for the first of several that do the same.
    pub(crate) async fn press_first(&self) {
        let found = patiently(async || {
            let first = self.all().await.into_iter().next()?;
            first.click().await.ok()
        });
        if found.await.is_none() {
            self.fail("it cannot be pressed").await;
        }
    }

    /// Presses it, if it is there still.
    pub(crate) async fn press_if_there(&self) {
        if let Some(element) = self.all().await.into_iter().next() {
            // It may go while it is pressed.
            let _ = element.click().await;
        }
    }

    /// Whether it can be pressed now.
    pub(crate) async fn is_enabled(&self) -> bool {
        self.element().await.is_enabled().await.unwrap_or(false)
    }

    /// Presses it twice.
    pub(crate) async fn press_twice(&self) {
        self.press().await;
        self.press().await;
    }
}
