//! What can be wrong with a description beyond its shape, each with the member that it is about.

use std::collections::{BTreeMap, BTreeSet};

use http::HeaderName;
use serde_json::Value;

use super::description::{Auth, Call, CallMethod, Description, Mapping, Paging, SinceFormat, VERSION};
use super::rule::{DateFormat, Rule};
use super::{since, template};
use crate::model::{Field, Kind, ProjectStatus};

/// Headers that belong to the connection or to the credentials, which a description must not hold.
const NOT_TO_BE_SET: [&str; 9] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "accept-encoding",
    "expect",
];
/// The most that a list is asked for in parts.
const MOST_SWEEPS: usize = 1_000;

/// What is wrong, in the order of the description.
pub(super) fn check(description: &Description) -> Vec<String> {
    let mut wrong = Wrong::default();
    wrong.unless(
        description.version == VERSION,
        "muster_description",
        "this program reads version 1 of the format; is there a newer Muster?",
    );
    wrong.unless(!description.name.trim().is_empty(), "name", "a name is needed");
    auth(&mut wrong, &description.auth);
    wrong.pointers("error", description.error.iter());
    if let Some(validate) = &description.validate {
        call(&mut wrong, "validate", validate, false);
    }
    list(&mut wrong, description);
    if let Some(detail) = &description.detail {
        call(&mut wrong, "detail.request", &detail.request, true);
        wrong.pointers("detail.record", [&detail.record]);
    }
    mapping(&mut wrong, &description.mapping);
    wrong.0
}

#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless(&mut self, good: bool, member: &str, why: &str) {
        if !good {
            self.0.push(format!("{member}: {why}"));
        }
    }

    fn pointers<'p>(&mut self, member: &str, pointers: impl IntoIterator<Item = &'p String>) {
        for pointer in pointers {
            self.unless(
                pointer.is_empty() || pointer.starts_with('/'),
                member,
                "a JSON Pointer is expected; one begins with / and looks like /data/orders",
            );
        }
    }
}

fn auth(wrong: &mut Wrong, auth: &Auth) {
    match auth {
        Auth::None | Auth::Basic | Auth::Bearer => {}
        Auth::Header(header) => {
            // Here a header of credentials is what is meant.
            if !["authorization", "cookie"].iter().any(|own| own.eq_ignore_ascii_case(&header.name)) {
                header_name(wrong, "auth.header.name", &header.name);
            }
            let good = header.prefix.bytes().all(|byte| (b' '..=b'~').contains(&byte));
            wrong.unless(good, "auth.header.prefix", "letters and signs of ASCII are expected");
        }
        Auth::OAuth2(oauth) => {
            let good = oauth.token_url.starts_with('/') || url::Url::parse(&oauth.token_url).is_ok();
            wrong.unless(good, "auth.oauth2.token_url", "an address is expected, or a path that begins with /");
        }
    }
}

fn header_name(wrong: &mut Wrong, member: &str, name: &str) {
    wrong.unless(HeaderName::try_from(name).is_ok(), member, "this cannot be the name of a header");
    let own = NOT_TO_BE_SET.iter().any(|own| own.eq_ignore_ascii_case(name));
    wrong.unless(!own, member, "this header is set by Muster; credentials belong into the settings");
}

fn call(wrong: &mut Wrong, member: &str, call: &Call, with_key: bool) {
    let path = &call.path;
    wrong.unless(
        path.is_empty() || path.starts_with('/'),
        &format!("{member}.path"),
        "a path begins with /; the base URL stands before it",
    );
    wrong.unless(!path.contains(['?', '#']), &format!("{member}.path"), "what follows a ? belongs into query");
    let braces = path.replace("{key}", "").contains(['{', '}']);
    wrong.unless(!braces, &format!("{member}.path"), "the only thing that may stand in braces is {key}, in detail");
    wrong.unless(with_key || !path.contains("{key}"), &format!("{member}.path"), "there is no {key} here yet");
    for (name, value) in &call.headers {
        header_name(wrong, &format!("{member}.headers"), name);
        let good = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        wrong.unless(good, &format!("{member}.headers"), "letters and signs of ASCII are expected");
    }
    let bare = call.method == CallMethod::Post || call.body.is_none();
    wrong.unless(bare, &format!("{member}.body"), "only POST has a body");
}

fn list(wrong: &mut Wrong, description: &Description) {
    let list = &description.list;
    let request = &list.request;
    call(wrong, "list.request", request, false);
    wrong.pointers("list.records", [&list.records]);
    let mut taken = BTreeSet::new();
    let mut place = |wrong: &mut Wrong, member: &str, parameter: &String| {
        parameter_fits(wrong, member, request, parameter);
        let first = taken.insert(parameter.clone());
        wrong.unless(first, member, "something else is sent in that place already");
    };
    if let Some(since) = &list.since {
        place(wrong, "list.since.parameter", &since.parameter);
        if let SinceFormat::Strftime(_) = since.format {
            let good = since::written(jiff::Timestamp::UNIX_EPOCH, &since.format).is_some();
            wrong.unless(good, "list.since.format", "this format cannot be written; one looks like %Y-%m-%dT%H:%M:%SZ");
        }
    }
    match &list.paging {
        Paging::None => {}
        Paging::Offset(counted) => {
            place(wrong, "list.paging.offset.parameter", &counted.parameter);
            wrong.pointers("list.paging.offset.total", counted.total.iter());
        }
        Paging::Page(counted) => {
            place(wrong, "list.paging.page.parameter", &counted.parameter);
            wrong.pointers("list.paging.page.total", counted.total.iter());
        }
        Paging::NextLink(link) => wrong.pointers("list.paging.next_link.pointer", link.pointer.iter()),
        Paging::Cursor(cursor) => {
            place(wrong, "list.paging.cursor.parameter", &cursor.parameter);
            wrong.pointers("list.paging.cursor", [&cursor.pointer].into_iter().chain(&cursor.more));
        }
    }
    if let Some(size) = &list.page_size {
        place(wrong, "list.page_size.parameter", &size.parameter);
        wrong.unless((1..=100_000).contains(&size.size), "list.page_size.size", "1 to 100,000 is expected");
    }
    if let Some(sweep) = &list.sweep {
        place(wrong, "list.sweep.parameter", &sweep.parameter);
        let good = (1..=MOST_SWEEPS).contains(&sweep.values.len());
        wrong.unless(good, "list.sweep.values", "1 to 1,000 values are expected");
    }
}

fn parameter_fits(wrong: &mut Wrong, member: &str, request: &Call, parameter: &str) {
    wrong.unless(!parameter.is_empty(), member, "the name of a parameter is needed, or a JSON Pointer into the body");
    if parameter.starts_with('/') {
        wrong.unless(request.method == CallMethod::Post, member, "only POST has a body; a name in the query has no /");
        let mut body = request.body.clone().unwrap_or_default();
        let fits = template::put(&mut body, parameter, Value::Null);
        wrong.unless(fits, member, "the body has no place like that: something on the way is no object");
    }
}

fn mapping(wrong: &mut Wrong, mapping: &Mapping) {
    rule(wrong, "mapping.key", &mapping.key, None);
    wrong.unless(
        mapping.key.constant.is_none() && mapping.key.otherwise.is_none(),
        "mapping.key",
        "the key of an order comes from the order",
    );
    if let Some(number) = &mapping.number {
        rule(wrong, "mapping.number", number, None);
    }
    for (name, one) in &mapping.fields {
        let member = format!("mapping.fields.{name}");
        if let Some(field) = Field::from_name(name) {
            rule(wrong, &member, one, Some(field.kind()));
        } else {
            let known: Vec<&str> = Field::ALL.into_iter().map(Field::name).collect();
            wrong.0.push(format!("{member}: there is no such field; the fields are {}", known.join(", ")));
        }
    }
    if let Some(tasks) = &mapping.tasks {
        wrong.pointers("mapping.tasks.from", tasks.from.iter());
        rule(wrong, "mapping.tasks.name", &tasks.name, None);
        let more = [
            ("instructions", &tasks.instructions, Kind::Html),
            ("survey", &tasks.survey, Kind::Text),
            ("source_service", &tasks.source_service, Kind::Text),
            ("source_service_id", &tasks.source_service_id, Kind::Text),
        ];
        for (name, one, kind) in more {
            if let Some(one) = one {
                rule(wrong, &format!("mapping.tasks.{name}"), one, Some(kind));
            }
        }
    }
    if let Some(cancelled) = &mapping.cancelled {
        wrong.pointers("mapping.cancelled.from", [&cancelled.from]);
        wrong.unless(!cancelled.is.is_empty(), "mapping.cancelled.is", "at least one word is needed");
    }
}

fn rule(wrong: &mut Wrong, member: &str, rule: &Rule, kind: Option<Kind>) {
    wrong.pointers(member, rule.from.iter().chain(&rule.options));
    let one = rule.from.is_empty() == rule.constant.is_some();
    wrong.unless(one, member, "either from or constant is needed, and not both");
    wrong.unless(rule.otherwise.is_none() || rule.map.is_some(), member, "otherwise needs a map");
    wrong.unless(rule.date.is_none() || kind == Some(Kind::Date), member, "date is for dates only");
    wrong.unless(!rule.html || kind == Some(Kind::Html), member, "html is for instructions only");
    if let Some(DateFormat::Strptime(format)) = &rule.date {
        // What is written in a format can be read in it, if it has a day, a month and a year at all.
        let day = jiff::civil::date(2026, 12, 31);
        let good = jiff::fmt::strtime::format(format, day)
            .and_then(|text| jiff::fmt::strtime::parse(format, text)?.to_date())
            .or_else(|_| {
                let moment = day.at(0, 0, 0, 0);
                let text = jiff::fmt::strtime::format(format, moment)?;
                jiff::fmt::strtime::parse(format, text)?.to_date()
            })
            .is_ok_and(|read| read == day);
        let with_zone = format.contains("%z") || format.contains("%:z");
        wrong.unless(good || with_zone, member, "a date cannot be read like that; a format looks like %m/%d/%Y");
    }
    if kind == Some(Kind::Status) {
        let words = rule.map.iter().flat_map(BTreeMap::values).chain(&rule.otherwise).chain(&rule.constant);
        for word in words {
            let known = word.trim().is_empty() || ProjectStatus::from_text(word).is_some();
            wrong.unless(
                known,
                member,
                "a status is one of Unassigned, Assigned, Rush, Rework, Complete, Submitted, Invoiced, Closed",
            );
        }
    }
}
