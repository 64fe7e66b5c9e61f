use super::*;

fn date(text: &str) -> Option<String> {
    day(text.into()).ok().map(Cow::into_owned)
}

#[test]
fn every_way_to_write_a_date_is_read() {
    for text in [
        "12/4/2026",
        "12/04/26",
        "12/4/2026 0:00",
        "12/4/26 1:30 PM",
        "12/4/26 1:30:00PM",
        "12-4-2026",
        "12.4.2026",
        "4-Dec-26",
        "04-Dec-2026",
        "4 December 2026",
        "Dec 4, 2026",
        "December 4th, 2026 8:00 am",
        "Fri, Dec 4, 2026",
        "2026-12-04",
        "2026/12/04",
        "2026-12-04 08:00:00",
        "2026-12-04T08:00:00Z",
        "20261204",
        "46360",
        "46360.75",
        " 12/4/2026 ",
    ] {
        assert_eq!(date(text).as_deref(), Some("2026-12-04"), "{text}");
    }
}

#[test]
fn a_cell_that_says_that_there_is_no_date_is_empty() {
    for text in ["", "  ", "N/A", "none", "-", "0", "00/00/0000", "0000-00-00", "TBD"] {
        assert_eq!(date(text).as_deref(), Some(""), "{text}");
    }
}

#[test]
fn what_is_no_date_is_not_made_one() {
    for text in [
        "13/1/2026",
        "2/30/2026",
        "tomorrow",
        "12/4",
        "2026",
        "1234",
        "99999",
        "12/4/2026 or later",
        "Dec 2026",
        "1/2/3/4",
        "4-Foo-26",
    ] {
        assert_eq!(date(text), None, "{text}");
    }
}

#[test]
fn days_are_counted_from_1900_or_1904() {
    assert_eq!(date("10000").as_deref(), Some("1927-05-18"));
    assert_eq!(date(&from_1904("44898").unwrap()).as_deref(), Some("2026-12-04"));
    assert_eq!(date(&from_1904("44898.5").unwrap()).as_deref(), Some("2026-12-04"));
    assert_eq!((from_1904("soon"), from_1904("1904")), (None, None));
}

#[test]
fn a_zip_gets_its_zeros_back() {
    for (text, expected) in [
        ("2134", "02134"),
        ("501", "00501"),
        ("02134", "02134"),
        ("89501", "89501"),
        ("'02134", "02134"),
        ("21341234", "02134-1234"),
        ("895011234", "89501-1234"),
        ("2134-1234", "02134-1234"),
        ("89501-1234", "89501-1234"),
        ("K1A 0B1", "K1A 0B1"),
        ("12", "12"),
        ("", ""),
    ] {
        assert_eq!(zip(text.into()), expected, "{text}");
    }
}

#[test]
fn a_state_becomes_its_code() {
    for (text, expected) in
        [("Nevada", "NV"), ("nv", "NV"), ("NV", "NV"), (" new york ", "NY"), ("Ontario", "Ontario"), ("", "")]
    {
        assert_eq!(state(text.into()), expected, "{text}");
    }
}

fn address(text: &str) -> (String, String, String, String, String, bool) {
    let Address { street, second, city, state, zip, unsure } = split(text);
    (street, second, city, state, zip, unsure)
}

#[test]
fn an_address_in_one_cell_is_split_and_what_is_unsure_is_said() {
    let is = |street: &str, second: &str, city: &str, state: &str, zip: &str, unsure| {
        (street.to_owned(), second.to_owned(), city.to_owned(), state.to_owned(), zip.to_owned(), unsure)
    };
    for (text, expected) in [
        ("12 Elm St, Reno, NV 89501", is("12 Elm St", "", "Reno", "NV", "89501", false)),
        ("12 Elm St, Reno, Nevada, 89501-1234, USA", is("12 Elm St", "", "Reno", "NV", "89501-1234", false)),
        ("12 Elm St\nReno NV 89501", is("12 Elm St", "", "Reno", "NV", "89501", false)),
        ("12 Elm St, Apt 4, New York, New York 10001", is("12 Elm St", "Apt 4", "New York", "NY", "10001", false)),
        ("12 Elm St, Salt Lake City UT 84101", is("12 Elm St", "", "Salt Lake City", "UT", "84101", false)),
        ("The Oaks, 12 Elm St, Reno, NV 89501", is("The Oaks", "12 Elm St", "Reno", "NV", "89501", true)),
        ("12 Elm St Reno NV 89501", is("12 Elm St Reno", "", "", "NV", "89501", true)),
        ("12 Elm St, Reno", is("12 Elm St", "", "Reno", "", "", true)),
        ("12 Elm St", is("12 Elm St", "", "", "", "", true)),
        ("", is("", "", "", "", "", true)),
        (",,;\n", is("", "", "", "", "", true)),
    ] {
        assert_eq!(address(text), expected, "{text}");
    }
}
