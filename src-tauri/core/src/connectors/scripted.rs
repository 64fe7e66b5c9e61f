//! A connector for tests of core: it delivers what a test says, and calls its list what the test says.

use std::sync::Mutex;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde_json::Value;

use super::{
    Ask, Capabilities, ConnectError, Connected, Connection, Connector, DecodeError, Descriptor, Fetched, Guide, List,
    RawBatch, SettingsSchema, Sink,
};
use crate::model::WorkOrder;

/// What the next import gets. One test at a time: they share it by the name in the settings.
static SCRIPTS: Mutex<Vec<(String, Script)>> = Mutex::new(Vec::new());

/// What an import gets, and the moment that it asked from.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) orders: Vec<Value>,
    pub(crate) list: List,
    pub(crate) asked: Option<Ask>,
    /// The list has entries only (the member `entry` of an order), and the orders are fetched one by one. One whose
    /// member `fails` says why cannot be fetched.
    pub(crate) by_entry: bool,
    /// How many were fetched one by one.
    pub(crate) fetched: u32,
}

/// From now on imports of the integration with that `script` setting get this.
pub(crate) fn play(name: &str, orders: Vec<Value>, list: List) {
    let mut scripts = SCRIPTS.lock().unwrap();
    scripts.retain(|(known, _)| known != name);
    scripts.push((name.to_owned(), Script { orders, list, asked: None, by_entry: false, fetched: 0 }));
}

/// The same as entries, with the orders to be fetched one by one.
pub(crate) fn play_entries(name: &str, orders: Vec<Value>, list: List) {
    play(name, orders, list);
    let mut scripts = SCRIPTS.lock().unwrap();
    scripts.iter_mut().find(|(known, _)| known == name).unwrap().1.by_entry = true;
}

/// How many orders the last import fetched one by one.
pub(crate) fn fetched(name: &str) -> u32 {
    SCRIPTS.lock().unwrap().iter().find(|(known, _)| known == name).map_or(0, |(_, script)| script.fetched)
}

/// What was asked last.
pub(crate) fn asked(name: &str) -> Option<Ask> {
    SCRIPTS.lock().unwrap().iter().find(|(known, _)| known == name).and_then(|(_, script)| script.asked)
}

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: "scripted",
    title: "Scripted",
    about: "For tests.",
    guide: Guide { covers: "", needs: "", credentials: "", limits: "", untried: "" },
    capabilities: Capabilities {
        validate: true,
        refresh: true,
        full_import: true,
        complete_list: true,
        cancellations: false,
        assignment: true,
        tasks_fixed: false,
        look: false,
    },
    mapping_version: 1,
    connection_settings: &["script"],
    servers: |_| Vec::new(),
    schema: SettingsSchema::of::<Settings>,
    check: |_| Vec::new(),
    connect,
};

#[derive(JsonSchema)]
#[expect(dead_code, reason = "read as a schema only")]
struct Settings {
    script: String,
}

#[expect(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "the shape of a descriptor")]
fn connect(connection: Connection) -> Connected {
    Ok(Box::new(Scripted(connection.settings["script"].as_str().unwrap_or_default().to_owned())))
}

struct Scripted(String);

impl Scripted {
    async fn fetch_entries(&self, script: &Script, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let mut entries = RawBatch::default();
        for order in &script.orders {
            entries.push(order["entry"].to_string().as_bytes());
        }
        sink.expect(script.orders.len() as u64);
        let known = sink.known(&entries).await?;
        let mut batch = RawBatch::default();
        for (order, known) in script.orders.iter().zip(known) {
            match order["fails"].as_str() {
                _ if known => {}
                Some(why) => sink.passed_over(order["workOrderNumber"].as_str().unwrap(), why.to_owned()),
                None => batch.push_for(order["entry"].to_string().as_bytes(), order.to_string().as_bytes()),
            }
        }
        sink.batch(&batch).await?;
        let mut scripts = SCRIPTS.lock().unwrap();
        let (_, now) = scripts.iter_mut().find(|(name, _)| *name == self.0).unwrap();
        now.fetched = u32::try_from(batch.len()).unwrap();
        Ok(())
    }
}

#[async_trait]
impl Connector for Scripted {
    async fn validate(&self) -> Result<Value, ConnectError> {
        Ok(Value::Null)
    }

    async fn fetch(&self, ask: Ask, sink: &mut dyn Sink) -> Result<Fetched, ConnectError> {
        let script = {
            let mut scripts = SCRIPTS.lock().unwrap();
            let (_, script) = scripts.iter_mut().find(|(name, _)| *name == self.0).unwrap();
            script.asked = Some(ask);
            script.clone()
        };
        if script.by_entry {
            self.fetch_entries(&script, sink).await?;
        } else {
            let mut batch = RawBatch::default();
            for order in &script.orders {
                batch.push(order.to_string().as_bytes());
            }
            sink.batch(&batch).await?;
        }
        let server_ahead = Some(jiff::SignedDuration::ZERO);
        Ok(Fetched { list: script.list, server_ahead, memory: Value::Null })
    }

    fn decode<'a>(&self, raw: &'a [u8]) -> Result<WorkOrder<'a>, DecodeError> {
        let mut order = super::pruvan::decode(raw)?;
        let said = serde_json::from_slice::<Value>(raw).unwrap();
        let text = |name: &str| said[name].as_str().map(|text| std::borrow::Cow::Owned(text.to_owned()));
        order.code = text("code");
        order.number = text("shown").unwrap_or(order.number);
        Ok(order)
    }
}
