//! Fetching a list: page after page, part after part of a sweep, each record on its way before the next page comes.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use serde_json::value::RawValue;

use super::description::ListCall;
use super::paging::{Next, Page, Pager};
use super::template::Outgoing;
use super::{WebApi, raw, since};
use crate::connectors::details::Failures;
use crate::connectors::{ConnectError, List, RawBatch, Sink};
use crate::model::OrderProblem;

/// The largest page. It is read as a whole.
pub(super) const LARGEST_PAGE: usize = 32 * 1024 * 1024;
/// The largest record.
pub(super) const LARGEST_RECORD: usize = 4 * 1024 * 1024;
/// The most that all pages may have together.
const LARGEST_LIST: u64 = 2 * 1024 * 1024 * 1024;

/// A list on its way.
pub(super) struct Run<'a> {
    pub(super) api: &'a WebApi,
    pub(super) sink: &'a mut dyn Sink,
    pub(super) batch: RawBatch,
    pub(super) server_ahead: Option<SignedDuration>,
    /// Why something may be missing.
    pub(super) partial: Option<String>,
    pub(super) failures: Failures,
    records: usize,
    bytes: u64,
}

impl<'a> Run<'a> {
    pub(super) fn new(api: &'a WebApi, sink: &'a mut dyn Sink) -> Self {
        Self {
            api,
            sink,
            batch: RawBatch::default(),
            server_ahead: None,
            partial: None,
            failures: Failures::default(),
            records: 0,
            bytes: 0,
        }
    }

    /// Fetches everything, or what has changed since that moment.
    pub(super) async fn fetch(&mut self, since: Option<Timestamp>) -> Result<List, ConnectError> {
        let api = self.api;
        let list = &api.description.list;
        let mut request = api.list_request()?;
        if let (Some(about), Some(moment)) = (&list.since, since)
            && let Some(moment) = since::written(moment, &about.format)
        {
            request.set(&about.parameter, &moment);
        }
        match &list.sweep {
            None => {
                if self.part(list, &request).await? == Part::Nothing {
                    return Ok(List::Nothing);
                }
            }
            Some(sweep) => {
                for value in &sweep.values {
                    let mut request = request.clone();
                    request.set(&sweep.parameter, &Value::from(value.as_str()));
                    if self.part(list, &request).await? == Part::Nothing {
                        self.doubt("the API answered a part of the list with nothing (null)".to_owned());
                    }
                }
            }
        }
        self.flush().await?;
        Ok(match self.partial.take() {
            Some(why) => List::Partial(why),
            None => List::Complete,
        })
    }

    /// All pages of one list.
    async fn part(&mut self, list: &ListCall, request: &Outgoing) -> Result<Part, ConnectError> {
        let mut pager = Pager::new(&list.paging);
        let mut is_first = true;
        loop {
            let out = pager.outgoing(request);
            let reply = self.api.api.ask(&out, LARGEST_PAGE, None).await?;
            self.received(reply.body.len())?;
            self.server_ahead = self.server_ahead.or(reply.server_ahead);
            let Some(records) = records(&reply.body, &list.records)? else {
                if is_first {
                    return Ok(Part::Nothing);
                }
                self.doubt("a later page of the list has no records (null)".to_owned());
                return Ok(Part::List);
            };
            self.take(&records).await?;
            let page =
                Page { url: &out.url, body: &reply.body, link: reply.link.as_deref(), records: records.as_slice() };
            let next = pager.advance(page)?;
            if let Some(total) = pager.total.filter(|_| is_first && list.sweep.is_none()) {
                self.sink.expect(total);
            }
            match next {
                Next::Page => is_first = false,
                Next::End => return Ok(Part::List),
                Next::Doubtful(why) => {
                    self.doubt(why);
                    return Ok(Part::List);
                }
            }
        }
    }

    pub(super) fn received(&mut self, bytes: usize) -> Result<(), ConnectError> {
        self.bytes += bytes as u64;
        self.sink.received(bytes as u64);
        if self.bytes > LARGEST_LIST {
            return Err(ConnectError::TooLarge("all its pages together are larger than 2 GiB".to_owned()));
        }
        Ok(())
    }

    /// The list may still be applied, but nothing may be removed for it.
    pub(super) fn doubt(&mut self, why: String) {
        self.partial.get_or_insert(why);
    }

    async fn take(&mut self, records: &[&RawValue]) -> Result<(), ConnectError> {
        if self.records + records.len() > raw::MOST_RECORDS {
            return Err(ConnectError::TooLarge(format!("it has more than {} orders", raw::MOST_RECORDS)));
        }
        let mut read = Vec::new();
        for raw in records {
            self.records += 1;
            match self.read(raw) {
                Ok(record) => read.push(record),
                Err(problem) => self.sink.lost(problem),
            }
            if read.len() >= 64 {
                self.hand_over(&read).await?;
                read.clear();
            }
        }
        self.hand_over(&read).await
    }

    fn read(&self, raw: &RawValue) -> Result<Value, OrderProblem> {
        let lost = |why: String| {
            let reason = format!("order {} of the list was passed over: {why}", self.records);
            OrderProblem { number: None, reason }
        };
        let mib = 1024 * 1024;
        if raw.get().len() > LARGEST_RECORD {
            let (size, most) = (raw.get().len().div_ceil(mib), LARGEST_RECORD / mib);
            return Err(lost(format!("it has {size} MiB, and the most is {most} MiB")));
        }
        serde_json::from_str(raw.get()).map_err(|_| lost("it cannot be read (is it nested too deep?)".to_owned()))
    }

    async fn hand_over(&mut self, records: &[Value]) -> Result<(), ConnectError> {
        if self.api.description.detail.is_some() {
            return self.details(records).await;
        }
        for record in records {
            self.batch.push(&self.api.raw(record));
            self.flush_if_full().await?;
        }
        Ok(())
    }

    pub(super) async fn flush_if_full(&mut self) -> Result<(), ConnectError> {
        if self.batch.is_full() { self.flush().await } else { Ok(()) }
    }

    pub(super) async fn flush(&mut self) -> Result<(), ConnectError> {
        if !self.batch.is_empty() {
            self.sink.batch(&self.batch).await?;
            self.batch.clear();
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    List,
    /// `null` in the place of the list.
    Nothing,
}

/// The records of a page; none for `null`.
pub(super) fn records<'b>(body: &'b str, pointer: &str) -> Result<Option<Vec<&'b RawValue>>, ConnectError> {
    let wrong = |why: String| ConnectError::NotUnderstood(why);
    if body.trim_start().starts_with('<') {
        return Err(wrong("it is a web page, not JSON; is the base URL right?".to_owned()));
    }
    // The words of the error may repeat a part of the answer; the place does not.
    let damaged = |error: serde_json::Error| match error.classify() {
        serde_json::error::Category::Data => wrong(format!("its list has more than {} records", raw::MOST_RECORDS)),
        _ => wrong(format!("its JSON is broken (line {}, column {})", error.line(), error.column())),
    };
    let whole: &RawValue = serde_json::from_str(body).map_err(damaged)?;
    let place = if pointer.is_empty() { "the answer".to_owned() } else { pointer.to_owned() };
    let Some(list) = raw::find(whole.get(), pointer).map_err(damaged)? else {
        return Err(wrong(format!("there is nothing at {place}, where the description says that the records are")));
    };
    match list.trim_start().as_bytes().first() {
        Some(b'[') => raw::elements(list).map(Some).map_err(damaged),
        Some(b'n') => Ok(None),
        _ => Err(wrong(format!("a list is expected at {place}, but there is something else"))),
    }
}
