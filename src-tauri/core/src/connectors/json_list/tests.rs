use proptest::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::*;

const SPEC: Spec = Spec::new("workOrders", &["error", "validated"]);

type Split = Result<(Parsed, Vec<Vec<u8>>, Vec<Lost>), ListError>;

fn split_by(spec: Spec, pieces: &[&[u8]]) -> Split {
    let mut splitter = Splitter::new(spec);
    let (mut batch, mut elements, mut lost) = (RawBatch::default(), Vec::new(), Vec::new());
    for piece in pieces {
        let mut rest = *piece;
        while !rest.is_empty() {
            let taken = splitter.feed(rest, &mut batch)?;
            rest = &rest[taken..];
            lost.extend(splitter.take_lost());
            elements.extend(batch.iter().map(<[u8]>::to_vec));
            batch.clear();
        }
    }
    Ok((splitter.finish()?, elements, lost))
}

fn split(text: &str) -> Split {
    split_by(SPEC, &[text.as_bytes()])
}

fn elements(text: &str) -> Vec<String> {
    let (_, elements, _) = split(text).unwrap();
    elements.into_iter().map(|raw| String::from_utf8(raw).unwrap()).collect()
}

fn broken(text: &str) -> String {
    match split(text) {
        Err(ListError::Malformed(why)) => why,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn the_elements_are_cut_out_as_they_are() {
    let text = "\u{feff} \r\n{ \"x\" : [1,{}] , \"workOrders\" : [ {\"a\" : \"}]\\\"\\\\\"} ,[ ] , \"t,]\" ,12e3,true ] ,\"error\":\"\"} \n";
    assert_eq!(elements(text), ["{\"a\" : \"}]\\\"\\\\\"}", "[ ]", "\"t,]\"", "12e3", "true"]);
    let (parsed, _, _) = split(text).unwrap();
    assert_eq!((parsed.list, parsed.elements), (Found::List, 5));
    assert_eq!(Value::from(parsed.members), serde_json::json!({"error": ""}));
    assert!(elements("{\"workOrders\":[]}").is_empty());
    assert_eq!(elements("{\"work\\u004frders\":[1]}"), ["1"]);
}

#[test]
fn what_is_under_the_key_of_the_list_is_told_apart() {
    let found = |text: &str| split(text).unwrap().0.list;
    assert_eq!(found("{}"), Found::Missing);
    assert_eq!(found("{\"workorders\":[]}"), Found::Missing);
    assert_eq!(found("{\"x\":{\"workOrders\":[1]}}"), Found::Missing);
    assert_eq!(found("{\"workOrders\":null}"), Found::Null);
    assert_eq!(found("{\"workOrders\":[]}"), Found::List);
    assert_eq!(found("{\"workOrders\":{\"0\":{}}}"), Found::Else("an object"));
    assert_eq!(found("{\"workOrders\":\"none\"}"), Found::Else("a text"));
    assert_eq!(found("{\"workOrders\":true}"), Found::Else("true or false"));
    assert_eq!(found("{\"workOrders\":0}"), Found::Else("a number"));
    for twice in ["{\"workOrders\":[1],\"workOrders\":[]}", "{\"workOrders\":null,\"workOrders\":[]}"] {
        assert!(broken(twice).contains("workOrders is there twice"));
    }
    assert!(broken("{\"error\":\"no\",\"error\":\"\"}").contains("error is there twice"));
}

#[test]
fn what_is_no_object_is_named() {
    let named = |text: &str| match (split(text), small_object(text.as_bytes())) {
        (Err(ListError::NotAnObject(one)), Err(ListError::NotAnObject(other))) if one == other => one,
        other => panic!("{text}: {other:?}"),
    };
    for nothing in ["", "  \n", "\u{feff}"] {
        assert_eq!(named(nothing), TopLevel::Nothing);
    }
    assert_eq!(named("true\n"), TopLevel::True);
    assert_eq!(named("false"), TopLevel::False);
    assert_eq!(named("null"), TopLevel::Null);
    assert_eq!(named("1"), TopLevel::Number);
    assert_eq!(named("\"{}\""), TopLevel::Text);
    assert_eq!(named("[{\"workOrders\":[]}]"), TopLevel::List);
    assert_eq!(named("\n<!DOCTYPE html><html></html>"), TopLevel::Page);
    assert_eq!(named("Fatal error: {}"), TopLevel::Else);
    assert_eq!(named(&"x".repeat(1000)), TopLevel::Else);
}

#[test]
fn what_is_broken_outside_the_elements_is_noticed() {
    for text in [
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1}}",
        "{\"a\":1}{",
        "{}x",
        "{\"a\":tru}",
        "{\"a\":01}",
        "{\"a\":[1,]}",
        "{\"a\":{]}",
        "{\"a\":\"\\x\"}",
        "{\"\\x\":1}",
        "{\"a\n\":1}",
        "{]",
        "{\"workOrders\":[,]}",
        "{\"workOrders\":[1,]}",
        "{\"workOrders\":[1 2]}",
        "{\"workOrders\":[{}{}]}",
        "{\"workOrders\":[}]}",
        "{\"workOrders\":[1}]",
        "{\"workOrders\":[:]}",
        "{\"workOrders\":[x]}",
        "{\"workOrders\":]}",
        "{\"workOrders\":nul}",
        "{\"workOrders\":[]]}",
        "{\"workOrders\":[1],}",
        "{\"error\":1e}",
    ] {
        assert!(matches!(split(text), Err(ListError::Malformed(_))), "{text}: {:?}", split(text));
    }
}

#[test]
fn words_about_broken_json_never_repeat_it() {
    for text in ["{\"secret\":x}", "{\"secret\":tru}", "{\"error\":\"\\secret\"}", "{\"a\":1 secret"] {
        assert!(!broken(text).contains("secret"));
        assert!(!small_object(text.as_bytes()).unwrap_err().to_string().contains("secret"));
    }
}

#[test]
fn an_element_that_is_too_large_is_passed_over_and_told() {
    let spec = Spec { element: 10, ..SPEC };
    let text = b"{\"workOrders\":[\"12345678\",\"123456789\",{\"a\":\"}}}}}}}\"},7]}";
    for size in 1..text.len() {
        let pieces: Vec<&[u8]> = text.chunks(size).collect();
        let (parsed, elements, lost) = split_by(spec, &pieces).unwrap();
        assert_eq!(parsed.elements, 4);
        assert_eq!(elements, [b"\"12345678\"".to_vec(), b"7".to_vec()]);
        assert_eq!(lost, [Lost { place: 2, size: 11 }, Lost { place: 3, size: 15 }]);
    }
}

#[test]
fn a_list_that_is_too_long_is_refused() {
    let spec = Spec { elements: 2, ..SPEC };
    assert!(split_by(spec, &[b"{\"workOrders\":[1,2]}"]).is_ok());
    assert_eq!(split_by(spec, &[b"{\"workOrders\":[1,2,3]}"]), Err(ListError::TooMany(2)));
}

#[test]
fn a_member_that_is_kept_must_not_be_large_and_others_may() {
    let spec = Spec { element: 10, ..SPEC };
    let long = "x".repeat(100);
    assert!(split_by(spec, &[format!("{{\"other\":\"{long}\",\"workOrders\":[]}}").as_bytes()]).is_ok());
    assert!(split_by(spec, &[format!("{{\"error\":\"{long}\"}}").as_bytes()]).is_err());
}

#[test]
fn depth_does_not_matter() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(elements(&format!("{{\"workOrders\":[{deep}]}}")), [deep.as_str()]);
    assert!(elements(&format!("{{\"x\":{deep}}}")).is_empty());
    let open = "[".repeat(100_000);
    assert_eq!(split(&format!("{{\"workOrders\":{open}")), Err(ListError::Cut));
    assert_eq!(split(&format!("{{\"x\":{open}")), Err(ListError::Cut));
}

#[test]
fn a_full_batch_stops_the_splitter() {
    let text = format!("{{\"workOrders\":[{}0]}}", "1,".repeat(1000));
    let (mut splitter, mut batch) = (Splitter::new(SPEC), RawBatch::default());
    let taken = splitter.feed(text.as_bytes(), &mut batch).unwrap();
    assert_eq!(batch.len(), 512);
    batch.clear();
    assert_eq!(splitter.feed(&text.as_bytes()[taken..], &mut batch).unwrap(), text.len() - taken);
    assert_eq!(batch.len(), 489);
    assert_eq!(splitter.finish().unwrap().elements, 1001);
}

#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(rename = "workOrders", borrow)]
    list: Vec<&'a RawValue>,
}

fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![Just("\""), Just("\\"), Just("{]"), Just("\u{e9}"), Just("\n"), Just("ab")],
        0..6,
    )
    .prop_map(|parts| parts.concat())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(any_text(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A good answer, with or without white space.
fn any_document() -> impl Strategy<Value = String> {
    (proptest::collection::vec(any_value(), 0..6), any_value(), any::<bool>(), any::<bool>()).prop_map(
        |(list, other, pretty, mark)| {
            let document = serde_json::json!({"another": other, "error": "", "workOrders": list});
            let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
            format!("{}{}", if mark { "\u{feff}" } else { "" }, text.unwrap())
        },
    )
}

/// The pieces of a text, cut at these places.
fn pieces<'a>(text: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut % (text.len() + 1)).collect();
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_elements_are_those_that_serde_json_finds(text in any_document(), cuts in proptest::collection::vec(any::<usize>(), 0..20)) {
        let reference: Reference<'_> = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        let (parsed, elements, lost) = split_by(SPEC, &pieces(text.as_bytes(), &cuts)).unwrap();
        prop_assert_eq!(parsed.elements, reference.list.len() as u64);
        prop_assert!(lost.is_empty());
        let expected: Vec<&[u8]> = reference.list.iter().map(|raw| raw.get().as_bytes()).collect();
        prop_assert_eq!(elements, expected);
    }

    #[test]
    fn any_truncation_is_noticed(text in any_document(), cut in any::<usize>()) {
        let cut = cut % text.len();
        let expected = if text.as_bytes()[..cut].iter().all(|byte| matches!(byte, 0xEF | 0xBB | 0xBF)) && matches!(cut, 0 | 3) {
            ListError::NotAnObject(TopLevel::Nothing)
        } else {
            ListError::Cut
        };
        prop_assert_eq!(split_by(SPEC, &[&text.as_bytes()[..cut]]), Err(expected));
    }

    #[test]
    fn damage_gives_the_same_in_any_pieces_and_never_a_panic(
        text in any_document(),
        flips in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..5),
        cuts in proptest::collection::vec(any::<usize>(), 0..20),
    ) {
        let mut bytes = text.into_bytes();
        for (place, byte) in flips {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        let whole = split_by(SPEC, &[&bytes]);
        let in_pieces = split_by(SPEC, &pieces(&bytes, &cuts));
        prop_assert_eq!(whole, in_pieces);
        let _ = small_object(&bytes);
    }
}
