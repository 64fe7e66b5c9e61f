//! The rows of PPW's lists: which order, and what the list says of it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::connectors::value::text;
use crate::connectors::{ConnectError, RawBatch, Sink};
use crate::model::OrderProblem;

/// The most characters that are kept of a short text, and of a reason.
const SHORT: usize = 200;
const REASON: usize = 8 * 1024;

/// A row, its values as texts: PPW writes numbers both ways.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// PPW's own number of the order: the key of the project.
    pub(super) id: u64,
    /// The number that people see.
    pub(super) wo_number: String,
    /// The sending company's own count, "PPW #".
    pub(super) org_wo_num: String,
    pub(super) wo_status: String,
    /// Why the order was returned to the vendor, if this row says that it was.
    pub(super) returned: Option<String>,
    /// When it was cancelled, if this row says that it was.
    pub(super) cancelled_at: String,
}

pub(super) type Rows = Vec<Row>;

#[derive(Deserialize)]
struct Parts<'a> {
    #[serde(borrow, default)]
    report_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    wo_number: Option<&'a RawValue>,
    #[serde(borrow, default)]
    org_wo_num: Option<&'a RawValue>,
    #[serde(borrow, default)]
    wo_status: Option<&'a RawValue>,
    #[serde(borrow, default)]
    update_value: Option<&'a RawValue>,
    #[serde(borrow, default)]
    cancel_timestamp: Option<&'a RawValue>,
}

/// What of a row makes an entry of the list of open orders. As long as it is the same, the order need not be fetched,
/// unless PPW names it among those that have changed.
#[derive(Serialize)]
struct Entry<'a> {
    report_id: u64,
    wo_number: &'a str,
    org_wo_num: &'a str,
    wo_status: &'a str,
}

impl Row {
    /// Reads a row. Fails, in words for an admin, if it does not say which order it is about.
    fn read(raw: &[u8]) -> Result<Self, String> {
        let parts: Parts<'_> =
            serde_json::from_slice(raw).map_err(|_| "an element of PPW's list is no work order".to_owned())?;
        let short = |raw: Option<&RawValue>, most: usize| -> String {
            let text = raw.and_then(|raw| text(raw.get()).ok().flatten()).unwrap_or_default();
            text.trim().chars().take(most).collect()
        };
        let id = short(parts.report_id, SHORT);
        let id = id.parse().map_err(|_| "a work order in PPW's list has no usable report id".to_owned())?;
        let wo_status = short(parts.wo_status, SHORT);
        let is_returned = wo_status.eq_ignore_ascii_case("rtv");
        Ok(Self {
            id,
            wo_number: short(parts.wo_number, SHORT),
            org_wo_num: short(parts.org_wo_num, SHORT),
            returned: is_returned.then(|| short(parts.update_value, REASON)),
            cancelled_at: short(parts.cancel_timestamp, SHORT),
            wo_status,
        })
    }

    /// The row as an entry of the list of open orders: always the same bytes for the same values.
    pub(super) fn entry(&self) -> Vec<u8> {
        let entry = Entry {
            report_id: self.id,
            wo_number: &self.wo_number,
            org_wo_num: &self.org_wo_num,
            wo_status: &self.wo_status,
        };
        // Texts and a number always are JSON.
        serde_json::to_vec(&entry).unwrap_or_default()
    }

    /// What people call the order.
    pub(super) fn number(&self) -> String {
        let named = [&self.wo_number, &self.org_wo_num].into_iter().find(|name| !name.is_empty());
        named.map_or_else(|| self.id.to_string(), Clone::clone)
    }
}

/// Takes in a list: reads its rows and keeps them. What is no row waits until the list has come to its end, as the list
/// may have to be asked for again.
pub(super) struct Reader<'a> {
    sink: &'a mut dyn Sink,
    rows: Rows,
    lost: Vec<OrderProblem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink) -> Self {
        Self { sink, rows: Rows::new(), lost: Vec::new() }
    }

    pub(super) fn into_rows(self) -> Rows {
        self.lost.into_iter().for_each(|problem| self.sink.lost(problem));
        self.rows
    }
}

#[async_trait]
impl Sink for Reader<'_> {
    async fn batch(&mut self, batch: &RawBatch) -> Result<(), ConnectError> {
        for raw in batch.iter() {
            match Row::read(raw) {
                Ok(row) => self.rows.push(row),
                Err(reason) => self.lost.push(OrderProblem { number: None, reason }),
            }
        }
        Ok(())
    }

    async fn known(&mut self, entries: &RawBatch) -> Result<Vec<bool>, ConnectError> {
        self.sink.known(entries).await
    }

    fn passed_over(&mut self, key: &str, reason: String) {
        self.sink.passed_over(key, reason);
    }

    fn note(&mut self, note: String) {
        self.sink.note(note);
    }

    fn expect(&mut self, orders: u64) {
        self.sink.expect(orders);
    }

    fn lost(&mut self, problem: OrderProblem) {
        self.lost.push(problem);
    }

    fn received(&mut self, bytes: u64) {
        self.sink.received(bytes);
    }

    fn restart(&mut self) {
        self.rows.clear();
        self.lost.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_the_same_whether_its_numbers_are_texts_or_not() {
        let text =
            br#"{"report_id":"700123","wo_number":"GC-5510","org_wo_num":"3041","wo_status":"In Field","new":[1]}"#;
        let number = br#"{"wo_status":" In Field ","org_wo_num":3041,"wo_number":"GC-5510","report_id":700123}"#;
        let (text, number) = (Row::read(text).unwrap(), Row::read(number).unwrap());
        assert_eq!(text, number);
        assert_eq!(
            String::from_utf8(text.entry()).unwrap(),
            r#"{"report_id":700123,"wo_number":"GC-5510","org_wo_num":"3041","wo_status":"In Field"}"#
        );
        assert_eq!(text.number(), "GC-5510");
    }

    #[test]
    fn a_row_without_a_report_id_is_lost() {
        for raw in ["{}", "[]", "7", "null", r#"{"report_id":null}"#, r#"{"report_id":""}"#, r#"{"report_id":"x"}"#] {
            assert!(Row::read(raw.as_bytes()).is_err(), "{raw}");
        }
        for raw in [r#"{"report_id":-1}"#, r#"{"report_id":{}}"#, r#"{"report_id":1.5}"#, "{\"report_id\":\"1\""] {
            assert!(Row::read(raw.as_bytes()).is_err(), "{raw}");
        }
    }

    #[test]
    fn the_number_falls_back_to_what_there_is() {
        let number = |raw: &str| Row::read(raw.as_bytes()).unwrap().number();
        assert_eq!(number(r#"{"report_id":7,"wo_number":null,"org_wo_num":31}"#), "31");
        assert_eq!(number(r#"{"report_id":7,"wo_number":" "}"#), "7");
    }

    #[test]
    fn only_a_returned_order_has_a_reason() {
        let row = |status: &str| {
            let raw = format!(r#"{{"report_id":1,"wo_status":"{status}","update_value":"Photos are blurred"}}"#);
            Row::read(raw.as_bytes()).unwrap().returned
        };
        assert_eq!(row("RTV").as_deref(), Some("Photos are blurred"));
        assert_eq!(row("In Field"), None);
    }
}
