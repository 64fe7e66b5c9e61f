//! Turns a seed, an index and a revision into the JSON of one work order.
//!
//! The text is written by hand instead of through a map, so that key order, nulls, number spellings and escapes
//! differ from order to order as they do on the wire.

use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::random::Random;
use super::words::{CLIENT_STATUS, CREW, KINDS, PARAGRAPHS, PLACES, PROVIDERS, Place, SECOND_LINES, STREETS, WORK};

/// How the client's server spells its orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flavour {
    /// ISO dates, absent keys mostly left out.
    #[default]
    Standard,
    /// Nulls for what is absent, dates like `1/19/2018 12:00:00 AM`, extra keys of its own.
    AspNet,
    /// Numbers for work order numbers, `\/` and `\u00f1` as `json_encode` writes them.
    Php,
}

/// One order to write: where its random numbers come from and how often it was changed since.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recipe {
    pub(crate) seed: u64,
    pub(crate) index: u64,
    pub(crate) revision: u32,
    pub(crate) flavour: Flavour,
}

/// The number of the order as text; the index is part of it, so it is unique.
pub(crate) fn number(recipe: &Recipe) -> String {
    let serial = 100_001 + recipe.index;
    match (recipe.flavour, recipe.index % 10) {
        (Flavour::Php, _) | (_, 4) => serial.to_string(),
        (_, 7) => format!("NW-{serial}-A"),
        _ => format!("NW-{serial}"),
    }
}

/// The JSON text of the order.
pub(crate) fn json(recipe: &Recipe) -> String {
    let mut order = Writer::new(recipe);
    // Everything that stays as it is over the revisions is drawn from `random`, what changes from `news`.
    let mut random = Random::new(recipe.seed, recipe.index);
    let mut news = Random::new(recipe.seed ^ 0x5EED, recipe.index.wrapping_mul(1000) + u64::from(recipe.revision));
    let jobs: Vec<usize> = (0..=random.below(4)).map(|_| random.index(WORK.len())).collect();

    if recipe.flavour == Flavour::Php {
        order.raw("workOrderNumber", &number(recipe));
    } else {
        order.text("workOrderNumber", &number(recipe));
    }
    if recipe.flavour == Flavour::AspNet {
        order.raw("workorderId", &(9_000_000 + recipe.index).to_string());
        order.raw("wostatusid", &random.below(12).to_string());
        order.raw("AppID", "null");
        order.raw("PropID", &random.below(50_000).to_string());
    }
    address(&mut order, &mut random);
    work(&mut order, &mut random, &jobs);
    dates(&mut order, &mut random, &mut news);
    instructions(&mut order, &mut random, recipe.revision);
    order.text("clientStatus", news.pick(&CLIENT_STATUS));
    source(&mut order, &mut random, recipe.index);
    if random.chance(12) {
        // Keys that no reference knows must be passed over, whatever their shape.
        order.raw("xVendorPortal", r#"{"tier":2,"tags":["a","}",null],"ok":true,"workOrderNumber":"not this one"}"#);
    }
    order.raw("services", &services(&mut random, &jobs, order.escape));
    order.end()
}

fn address(order: &mut Writer, random: &mut Random) {
    let (city, code, state, zip, latitude, longitude): Place = random.pick(&PLACES);
    let line = format!("{} {} {}", 1 + random.below(9_998), random.pick(&STREETS), random.pick(&KINDS));
    order.text("address1", &line);
    order.maybe("address2", random.chance(22).then(|| random.pick(&SECOND_LINES).to_owned()));
    order.text("city", city);
    order.text("state", if random.chance(15) { state } else { code });
    let zip = format!("{zip}{:02}", random.below(100));
    if random.chance(10) {
        order.text("zip", &format!("{zip}-{:04}", random.below(10_000)));
    } else {
        order.text("zip", &zip);
    }
    order.maybe("country", random.chance(60).then(|| "US".to_owned()));
    let north = latitude + f64::from(random.below(2_000)) / 10_000.0;
    let east = longitude + f64::from(random.below(2_000)) / 10_000.0;
    match random.below(4) {
        0 | 1 => {
            order.text("gpsLatitude", &format!("{north:.5}"));
            order.text("gpsLongitude", &format!("{east:.5}"));
        }
        2 => {
            order.raw("gpsLatitude", &format!("{north:.6}"));
            order.raw("gpsLongitude", &format!("{east:.6}"));
        }
        _ => {}
    }
}

fn work(order: &mut Writer, random: &mut Random, jobs: &[usize]) {
    let (name, _, price) = WORK[jobs.first().copied().unwrap_or(0)];
    let info = format!(
        "LB {:04}, gate code {:04}{}",
        random.below(10_000),
        random.below(10_000),
        if random.chance(30) { ", key \"B\" under the mat" } else { "" }
    );
    order.maybe("workOrderInfo", random.chance(80).then_some(info));
    order.text("reference", &format!("{name} / loan {:08}", random.below(99_999_999)));
    order.text("description", &format!("${price}.00 {name}, max. {}.00", price * 2));
    order.maybe("assignedTo", random.chance(20).then(|| random.pick(&CREW).to_owned()));
    let status = match random.below(100) {
        0..8 => Some("RUSH"),
        8..11 => Some("REWORK"),
        _ => None,
    };
    order.maybe("status", status.map(str::to_owned));
    if random.chance(15) {
        order.raw("options", r#"{"check_in_required":"true","check_in_provider":"stdc"}"#);
    } else if random.chance(50) {
        order.raw("options", "null");
    }
}

fn dates(order: &mut Writer, random: &mut Random, news: &mut Random) {
    // A fixed calendar: the same seed must give the same bytes in every year.
    let start = Date::constant(2026, 11, 2).saturating_add(i64::from(random.below(60)).days());
    let due = start.saturating_add(i64::from(3 + news.below(25)).days());
    if order.flavour == Flavour::AspNet {
        let spelled = |date: Date| format!("{}/{}/{} 12:00:00 AM", date.month(), date.day(), date.year());
        order.text("dueDate", &spelled(due));
        order.text("clientDueDate", &spelled(due.saturating_add(2.days())));
        return;
    }
    let due_text = match random.below(100) {
        0..4 => format!("{due}T17:00:00Z"),
        4..7 => format!("{due} 1200 +5"),
        7..10 => format!("{}/{}/{}", due.month(), due.day(), due.year()),
        _ => due.to_string(),
    };
    order.text("dueDate", &due_text);
    if random.chance(70) {
        order.text("clientDueDate", &due.saturating_add(2.days()).to_string());
    }
    if random.chance(25) {
        order.text("startDate", &start.to_string());
    }
}

fn instructions(order: &mut Writer, random: &mut Random, revision: u32) {
    let length = usize::try_from(560 + random.below(400)).unwrap_or(500);
    let mut html = String::with_capacity(length + 200);
    // An odd step visits all sixteen paragraphs before one comes again.
    let (mut place, step) = (random.index(PARAGRAPHS.len()), 1 + 2 * random.index(8));
    while html.len() < length {
        html.push_str(PARAGRAPHS[place]);
        place = (place + step) % PARAGRAPHS.len();
    }
    if revision > 0 {
        let _ = write!(html, "<p><b>Update {revision}:</b> the client changed this order.</p>");
    }
    order.text("instructions", &html);
    let client =
        random.chance(55).then(|| format!("Bill to loan {}-A. {}", random.below(999), random.pick(&PARAGRAPHS)));
    order.maybe("clientInstructions", client);
}

fn source(order: &mut Writer, random: &mut Random, index: u64) {
    if random.chance(65) {
        order.text("source_wo_provider", random.pick(&PROVIDERS));
        order.text("source_wo_number", &format!("EB-{}", 50_000 + index));
        order.text("source_wo_id", &random.below(9_999_999).to_string());
    }
    if random.chance(45) {
        order.text("attribute7", &format!(r#"{{"order":{index},"vendor":{}}}"#, random.below(900)));
    } else {
        order.maybe("attribute7", None);
    }
}

fn services(random: &mut Random, jobs: &[usize], escape: Escape) -> String {
    let mut list = String::from("[");
    for (position, job) in jobs.iter().enumerate() {
        let (name, survey, _) = WORK[*job];
        if position > 0 {
            list.push(',');
        }
        list.push_str("{\"serviceName\":");
        escape.push(&mut list, name);
        list.push_str(",\"survey\":");
        match (survey, random.chance(30)) {
            ("", true) => list.push_str("\"\""),
            ("", false) => list.push_str("null"),
            (survey, _) => escape.push(&mut list, survey),
        }
        list.push_str(",\"instructions\":");
        let text = if random.chance(40) { "Before, during, after" } else { "<p>As above; \u{2265} 6 photos.</p>" };
        escape.push(&mut list, text);
        list.push_str(if random.chance(90) { ",\"options\":null}" } else { ",\"options\":{\"photos\":\"true\"}}" });
    }
    list.push(']');
    list
}

/// Which characters are escaped; every choice is the same text to a JSON parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    /// Only what must be.
    Needed,
    /// Also `/` and everything outside ASCII.
    Php,
}

impl Escape {
    fn push(self, out: &mut String, text: &str) {
        out.push('"');
        for character in text.chars() {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '/' if self == Self::Php => out.push_str("\\/"),
                c if u32::from(c) < 0x20 || (self == Self::Php && !c.is_ascii()) => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let _ = write!(out, "\\u{unit:04x}");
                    }
                }
                c => out.push(c),
            }
        }
        out.push('"');
    }
}

/// Writes the keys of one order.
struct Writer {
    out: String,
    escape: Escape,
    flavour: Flavour,
}

impl Writer {
    fn new(recipe: &Recipe) -> Self {
        let php = recipe.flavour == Flavour::Php || (recipe.flavour == Flavour::Standard && recipe.index % 8 == 3);
        let mut out = String::with_capacity(2048);
        out.push('{');
        Self { out, escape: if php { Escape::Php } else { Escape::Needed }, flavour: recipe.flavour }
    }

    fn key(&mut self, key: &str) {
        if self.out.len() > 1 {
            self.out.push(',');
        }
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    /// A key with a text.
    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.escape.push(&mut self.out, value);
    }

    /// A key with JSON as it is.
    fn raw(&mut self, key: &str, value: &str) {
        self.key(key);
        self.out.push_str(value);
    }

    /// A key that may be absent: left out, or null where the server spells it so.
    fn maybe(&mut self, key: &str, value: Option<String>) {
        match value {
            Some(value) => self.text(key, &value),
            None if self.flavour == Flavour::AspNet => self.raw(key, "null"),
            None => {}
        }
    }

    fn end(mut self) -> String {
        self.out.push('}');
        self.out.shrink_to_fit();
        self.out
    }
}
