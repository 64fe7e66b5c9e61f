use super::super::survey::{Kind, survey};
use super::super::testing::{found, written};
use super::*;

fn read(bytes: &[u8]) -> Result<Vec<Vec<String>>, ConnectError> {
    let (_folder, path) = written("a.csv", bytes);
    let found = found(&path);
    let mut file = found.open().unwrap();
    let Kind::Text { utf8 } = survey(&found, &mut file, &Alive::for_ever())?.kind else { panic!("no text") };
    let mut rows = Vec::new();
    Text::open(&found, file, utf8)?.rows(&Alive::for_ever(), &mut |row| {
        rows.push(row.texts());
        Ok(Step::On)
    })?;
    Ok(rows)
}

#[test]
fn cells_are_read_as_every_program_writes_them() {
    // The cases of csv-spectrum (Max Ogden, MIT), told again: commas, quotes, line ends and JSON inside quotes, empty
    // cells, UTF-8; and some more.
    for (text, expected) in [
        (
            "first,last,address\nJohn,Doe,\"120 any st.\"",
            vec![vec!["first", "last", "address"], vec!["John", "Doe", "120 any st."]],
        ),
        ("a,b\n1,\"ha \"\"ha\"\" ha\"\n3,4\n", vec![vec!["a", "b"], vec!["1", "ha \"ha\" ha"], vec!["3", "4"]]),
        ("a,b,c\r\n1,\"\",\"\"\r\n2,3,4\r\n", vec![vec!["a", "b", "c"], vec!["1", "", ""], vec!["2", "3", "4"]]),
        ("a,b,c\n\"once upon \na time\",5,6\n", vec![vec!["a", "b", "c"], vec!["once upon \na time", "5", "6"]]),
        ("a,b\r\n\"x\r\ny\",2\r\n", vec![vec!["a", "b"], vec!["x\r\ny", "2"]]),
        (
            "key,val\n1,\"{\"\"type\"\": \"\"Point\"\"}\"\n",
            vec![vec!["key", "val"], vec!["1", "{\"type\": \"Point\"}"]],
        ),
        ("a,b,c\n1,2,3\n4,5,ʤ\n", vec![vec!["a", "b", "c"], vec!["1", "2", "3"], vec!["4", "5", "ʤ"]]),
        ("a,b\r1,2\r", vec![vec!["a", "b"], vec!["1", "2"]]),
        ("a,b\n\n , \n1,=\"00123\"\n", vec![vec!["a", "b"], vec!["1", "00123"]]),
        ("", vec![]),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap(), expected, "{text}");
    }
}

#[test]
fn every_row_has_a_place_of_its_own_whatever_ends_it() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["Work Order Number,City", "1,Boston", "2,Newark", "3,Hartford"].join(end);
        let (_folder, path) = written("a.csv", text.as_bytes());
        let found = found(&path);
        let mut places = Vec::new();
        let mut text = Text::open(&found, found.open().unwrap(), true).unwrap();
        text.rows(&Alive::for_ever(), &mut |row| {
            places.push(row.place);
            Ok(Step::On)
        })
        .unwrap();
        assert_eq!(places, [1, 2, 3, 4], "{end:?}");
    }
}

#[test]
fn the_separator_is_found() {
    for (text, separator) in [
        ("a,b,c\n1,2,3\n", b','),
        ("a;b;c\n1;\"Reno, NV\";3\n2;Salt Lake, UT;3\n", b';'),
        ("a\tb\n1, 2, 3\t2\n", b'\t'),
        ("a|b|c\n1|2|3\n", b'|'),
        ("sep=;\na,b;c\n", b';'),
        ("Open orders; printed 12/1/2026\na,b,c\n1,2,3\n4,5,6\n", b','),
        ("\"a;b\",\"c;d\"\n\"1;2\",\"3;4\"\n", b','),
        ("one column\nonly\n", b','),
        ("", b','),
    ] {
        assert_eq!(char::from(super::separator(text)), char::from(separator), "{text}");
    }
}

#[test]
fn utf16_with_tabs_is_read() {
    let bytes: Vec<u8> = "\u{feff}a\tb\r\n1\tStraße\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&bytes).unwrap(), [["a", "b"], ["1", "Straße"]]);
}

#[test]
fn a_quotation_mark_that_is_missing_is_noticed() {
    for (text, lacks) in [
        ("a,b\n1,\"x\ny\"\n2,\"ha \"\"ha\"\"\"\n", false),
        ("a,b\n1,\"x\n2,y\n3,z\n", true),
        ("a,b\n1,\"x\n2,\"y\"\n3,z\n", true),
    ] {
        let sixteen: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, utf8) in [(text.as_bytes(), true), (&sixteen, false)] {
            let (_folder, path) = written("a.csv", bytes);
            let found = found(&path);
            let mut read = Text::open(&found, found.open().unwrap(), utf8).unwrap();
            read.rows(&Alive::for_ever(), &mut |_| Ok(Step::On)).unwrap();
            assert_eq!(read.lacks_quote, lacks, "{text}");
        }
    }
}

#[test]
fn a_word_to_excel_is_no_row() {
    assert_eq!(read(b"sep=;\na;b\n").unwrap(), [["a", "b"]]);
}

#[test]
fn a_quotation_mark_that_is_never_closed_does_not_fill_the_memory() {
    let text = format!("a,b\n1,\"{}", "x,y\n".repeat(2 * 1024 * 1024));
    let error = read(text.as_bytes()).unwrap_err();
    assert!(matches!(error, ConnectError::TooLarge(_)) && error.to_string().contains("quotation mark"), "{error}");
}

#[test]
fn a_long_row_does_not_stop_those_behind_it() {
    let text = format!("a,b\n1,{}\n2,3\n", "x".repeat(LARGEST - 10));
    assert_eq!(read(text.as_bytes()).unwrap().len(), 3);
}

#[test]
fn very_many_columns_are_cut_off() {
    let text = ["x,".repeat(20_000), "y".to_owned()].concat();
    assert_eq!(read(text.as_bytes()).unwrap()[0].len(), COLUMNS);
}
