//! From one page of a list to the next: where it is, when the list is at its end, and when something is not right. A
//! server may lie; nothing here goes on for ever.

use std::collections::HashSet;

use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use super::description::{Counted, Cursor, NextLink, Paging};
use super::raw;
use super::template::Outgoing;
use crate::connectors::ConnectError;

/// The most pages of one list.
const MOST_PAGES: u32 = 20_000;

/// A page that came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'p> {
    /// Where it was asked for.
    pub(super) url: &'p Url,
    pub(super) body: &'p str,
    /// The header `Link`.
    pub(super) link: Option<&'p str>,
    pub(super) records: &'p [&'p RawValue],
}

/// What comes after a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Page,
    /// That was all.
    End,
    /// There is no more, but something may be missing.
    Doubtful(String),
}

/// Where a list stands.
pub(super) struct Pager<'d> {
    paging: &'d Paging,
    place: Place,
    pages: u32,
    received: u64,
    /// What the API says that there is in all.
    pub(super) total: Option<u64>,
    total_changed: bool,
    /// The first records, links and cursors so far, as hashes.
    seen: HashSet<u64>,
}

enum Place {
    First,
    Number(u64),
    Cursor(Value),
    Link(Url),
}

impl<'d> Pager<'d> {
    pub(super) fn new(paging: &'d Paging) -> Self {
        Self {
            paging,
            place: Place::First,
            pages: 0,
            received: 0,
            total: None,
            total_changed: false,
            seen: HashSet::new(),
        }
    }

    /// The request of the page that is next.
    pub(super) fn outgoing(&self, list: &Outgoing) -> Outgoing {
        let mut out = list.clone();
        match (&self.place, self.paging) {
            (Place::First, Paging::Offset(counted)) => {
                out.set(&counted.parameter, &counted.start.unwrap_or(0).into());
            }
            (Place::First, Paging::Page(counted)) => out.set(&counted.parameter, &counted.start.unwrap_or(1).into()),
            (Place::Number(number), Paging::Offset(counted) | Paging::Page(counted)) => {
                out.set(&counted.parameter, &(*number).into());
            }
            (Place::Cursor(cursor), Paging::Cursor(about)) => out.set(&about.parameter, cursor),
            (Place::Link(url), _) => out.url = url.clone(),
            _ => {}
        }
        out
    }

    /// Goes on after a page.
    pub(super) fn advance(&mut self, page: Page<'_>) -> Result<Next, ConnectError> {
        self.pages += 1;
        self.received += page.records.len() as u64;
        if self.pages > MOST_PAGES {
            return Err(ConnectError::TooLarge(format!("it has more than {MOST_PAGES} pages")));
        }
        if let Some(first) = page.records.first() {
            self.see("record", first.get().as_bytes())?;
        }
        match self.paging {
            Paging::None => Ok(Next::End),
            Paging::Offset(counted) => {
                let next = counted.start.unwrap_or(0) + self.received;
                Ok(self.count(page, counted, next))
            }
            Paging::Page(counted) => {
                let next = counted.start.unwrap_or(1) + u64::from(self.pages);
                Ok(self.count(page, counted, next))
            }
            Paging::NextLink(about) => self.follow(page, about),
            Paging::Cursor(about) => self.point(page, about),
        }
    }

    /// Notes what must not come twice.
    fn see(&mut self, what: &str, bytes: &[u8]) -> Result<(), ConnectError> {
        if self.seen.insert(xxh3_64(bytes) ^ xxh3_64(what.as_bytes())) {
            return Ok(());
        }
        let why = match what {
            "record" => "begins with the same record as an earlier one",
            _ => "leads back to an earlier one",
        };
        let page = self.pages;
        Err(ConnectError::NotUnderstood(format!("page {page} of the list {why}; is its paging described right?")))
    }

    /// A page that is not full may still not be the last one: servers cap the size of a page. So only a page without records,
    /// or the number of records that the API names, is the end.
    fn count(&mut self, page: Page<'_>, counted: &Counted, next: u64) -> Next {
        if let Some(total) = value(page.body, counted.total.as_deref()).and_then(|total| number(&total)) {
            self.total_changed |= self.total.is_some_and(|before| before != total);
            self.total = Some(total);
        }
        let is_all = self.total.is_some_and(|total| self.received >= total);
        if !is_all && !page.records.is_empty() {
            self.place = Place::Number(next);
            return Next::Page;
        }
        match self.total {
            _ if self.total_changed => {
                Next::Doubtful("the list changed while it was read, so that something may be missing".to_owned())
            }
            Some(total) if self.received != total => {
                let received = self.received;
                Next::Doubtful(format!("the list was to have {total} records, but {received} came"))
            }
            _ => Next::End,
        }
    }

    fn follow(&mut self, page: Page<'_>, about: &NextLink) -> Result<Next, ConnectError> {
        let link = match &about.pointer {
            Some(pointer) => value(page.body, Some(pointer)).and_then(|link| Some(link.as_str()?.trim().to_owned())),
            None => page.link.and_then(next_of_header),
        };
        let Some(link) = link.filter(|link| !link.is_empty()) else { return Ok(Next::End) };
        let no_address = |_| ConnectError::NotUnderstood("the link to the next page is no address".to_owned());
        let url = page.url.join(&link).map_err(no_address)?;
        let same = url.origin() == page.url.origin() && url.username().is_empty() && url.password().is_none();
        if !same {
            // The credentials go with every request.
            let why = "the link to the next page leads to another address, where the credentials are not sent";
            return Err(ConnectError::NotUnderstood(why.to_owned()));
        }
        self.see("link", url.as_str().as_bytes())?;
        self.place = Place::Link(url);
        Ok(Next::Page)
    }

    fn point(&mut self, page: Page<'_>, about: &Cursor) -> Result<Next, ConnectError> {
        let no_more = about.more.as_deref().is_some_and(|more| {
            let more = value(page.body, Some(more));
            matches!(more, Some(Value::Null | Value::Bool(false))) || more.as_ref().and_then(number) == Some(0)
        });
        let cursor = value(page.body, Some(&about.pointer)).filter(|cursor| match cursor {
            Value::String(text) => !text.is_empty(),
            Value::Number(_) => true,
            _ => false,
        });
        let Some(cursor) = cursor.filter(|_| !no_more) else { return Ok(Next::End) };
        self.see("cursor", cursor.to_string().as_bytes())?;
        self.place = Place::Cursor(cursor);
        Ok(Next::Page)
    }
}

/// The value at a place of an answer.
fn value(body: &str, pointer: Option<&str>) -> Option<Value> {
    // That the body is JSON was seen before.
    serde_json::from_str(raw::find(body, pointer?).ok()??).ok()
}

/// A count, as a number or as its digits.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The address with `rel="next"` in a header `Link` (RFC 8288).
fn next_of_header(header: &str) -> Option<String> {
    let mut rest = header;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (address, parameters) = after.split_once('>')?;
        let end = parameters.find(',').unwrap_or(parameters.len());
        let is_next = parameters[..end].split(';').any(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
                name.trim().eq_ignore_ascii_case("rel") && relations.any(|one| one.eq_ignore_ascii_case("next"))
            })
        });
        if is_next {
            return Some(address.to_owned());
        }
        rest = &parameters[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_in_a_header() {
        let header = "<https://a.example/?p=1>; rel=\"prev first\", </x?p=3,4>; title=x; rel=\"last next\"";
        assert_eq!(next_of_header(header).unwrap(), "/x?p=3,4");
        assert_eq!(next_of_header("</a>; rel=next").unwrap(), "/a");
        for none in ["", "<", "</a>", "</a>; rel=\"prev\"", "</a>; rel=\"nextish\""] {
            assert_eq!(next_of_header(none), None, "{none}");
        }
    }
}
