//! The call for each order, where the list says less than the orders do: at most four at once, and only for those that are
//! not known to be unchanged.

use futures_util::future::BoxFuture;
use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use super::description::DetailCall;
use super::list::{LARGEST_RECORD, Run};
use super::template::Outgoing;
use super::{WebApi, mapping, raw};
use crate::connectors::details::AT_ONCE;
use crate::connectors::{ConnectError, RawBatch};

/// An order that was fetched, and how many bytes came for it.
pub(super) struct Fetched {
    pub(super) record: Value,
    bytes: usize,
}

/// What came of one call.
struct Outcome<'r> {
    entry: &'r Value,
    /// Empty if it has none.
    key: String,
    order: Result<Fetched, ConnectError>,
}

impl Run<'_> {
    /// Fetches the orders of these records, as far as they are not known to be unchanged.
    pub(super) async fn details(&mut self, records: &[Value]) -> Result<(), ConnectError> {
        let api = self.api;
        let Some(detail) = &api.description.detail else { return Ok(()) };
        let known = if detail.list_tells_changes {
            let mut entries = RawBatch::default();
            for record in records {
                entries.push(&api.raw(record));
            }
            self.sink.known(&entries).await?
        } else {
            vec![false; records.len()]
        };
        let mut calls: Vec<BoxFuture<'_, Outcome<'_>>> = Vec::new();
        for (record, known) in records.iter().zip(known) {
            if !known {
                calls.push(Box::pin(api.order(detail, record)));
            }
        }
        let mut fetched = stream::iter(calls).buffered(AT_ONCE);
        while let Some(Outcome { entry, key, order }) = fetched.next().await {
            match order {
                Ok(order) => {
                    // What has no key was not asked for.
                    if !key.is_empty() {
                        self.failures.reset();
                    }
                    self.received(order.bytes)?;
                    if detail.list_tells_changes {
                        self.batch.push_for(&api.raw(entry), &api.raw(&order.record));
                    } else {
                        self.batch.push(&api.raw(&order.record));
                    }
                    self.flush_if_full().await?;
                }
                Err(error) => self.not_fetched(&key, error)?,
            }
        }
        Ok(())
    }

    /// One order less, or the end of the run.
    fn not_fetched(&mut self, key: &str, error: ConnectError) -> Result<(), ConnectError> {
        let error = self.failures.add(error)?;
        self.sink.passed_over(key, format!("it could not be fetched: {error}"));
        self.doubt("not every order could be fetched".to_owned());
        Ok(())
    }
}

impl WebApi {
    async fn order<'r>(&self, detail: &DetailCall, entry: &'r Value) -> Outcome<'r> {
        match mapping::key(&self.description.mapping, entry) {
            Ok(key) => Outcome { entry, order: self.detail(detail, &key, entry).await, key },
            // It is reported when it is read.
            Err(_) => Outcome { entry, key: String::new(), order: Ok(Fetched { record: entry.clone(), bytes: 0 }) },
        }
    }

    /// Fetches one order and lays it over its record in the list.
    pub(super) async fn detail(&self, detail: &DetailCall, key: &str, entry: &Value) -> Result<Fetched, ConnectError> {
        let wrong = |why: &str| ConnectError::NotUnderstood(why.to_owned());
        if matches!(key, "." | "..") {
            // In an address these two mean another place.
            return Err(wrong("its key cannot be a part of an address"));
        }
        let out = Outgoing::new(&self.base, &detail.request, Some(key)).ok_or_else(|| wrong("it has no address"))?;
        let reply = self.api.ask(&out, LARGEST_RECORD, None).await?;
        let found = raw::find(&reply.body, &detail.record).map_err(|_| wrong("its JSON is broken"))?;
        let order: Value = match found.map(serde_json::from_str) {
            Some(Ok(order)) => order,
            Some(Err(_)) => return Err(wrong("its JSON is broken")),
            None => return Err(wrong("the order is not where the description says")),
        };
        let (Value::Object(mut record), Value::Object(order)) = (entry.clone(), order) else {
            return Err(wrong("an object is expected for an order"));
        };
        record.extend(order);
        let record = Value::Object(record);
        if mapping::key(&self.description.mapping, &record).as_deref() != Ok(key) {
            return Err(wrong("another order came than the one that was asked for"));
        }
        Ok(Fetched { record, bytes: reply.body.len() })
    }
}
