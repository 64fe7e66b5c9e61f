use super::super::testing::{Parts, found, written};
use super::*;

/// The bounds, small enough for a test to go over them.
const SMALL: Bounds =
    Bounds { parts: 8, all: 600_000, sheet: 400_000, texts: 100_000, styles: 50_000, small: 20_000, ratio: 300 };

fn checked(parts: &Parts, bounds: &Bounds) -> Result<(), String> {
    let (_folder, path) = written("a.xlsx", &parts.zip());
    let found = found(&path);
    check(&found, &found.open().unwrap(), bounds, &Alive::for_ever()).map_err(|error| error.to_string())
}

fn good() -> Parts {
    Parts::of_rows(&[&["a", "b"], &["1", "2"]])
}

/// Text that cannot be packed to nothing.
fn noise(length: usize) -> String {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + u8::try_from(state >> 28).unwrap())
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn a_workbook_is_fit() {
    assert_eq!(checked(&good(), &BOUNDS), Ok(()));
    assert_eq!(checked(&good(), &SMALL), Ok(()));
}

#[test]
fn a_bomb_is_refused_however_it_is_made() {
    let mut one = good();
    one.sheet(1, &" ".repeat(380_000));
    let mut texts = good();
    texts.strings("1", &[&noise(110_000)]);
    let mut styles = good();
    styles.set("xl/styles.xml", &"<a/>".repeat(15_000));
    let mut names = good();
    names.set("xl/workbook.xml", &format!("<definedName name='a'>{}</definedName>", noise(30_000)));
    let mut long = good();
    long.sheet(1, &noise(450_000));
    let mut many = good();
    many.sheet(1, &noise(390_000));
    many.sheet(2, &noise(390_000));
    for (parts, what) in
        [(one, "ratio"), (texts, "texts"), (styles, "styles"), (names, "names"), (long, "sheet"), (many, "all")]
    {
        let error = checked(&parts, &SMALL).unwrap_err();
        assert!(error.contains("unpacks to more") || error.contains("longer than any"), "{what}: {error}");
    }
}

#[test]
fn a_bomb_of_many_times_its_size_is_found_before_it_is_unpacked_whole() {
    let mut parts = good();
    parts.set_bytes("xl/media/image1.png", vec![b' '; 64 * 1024 * 1024]);
    let packed = parts.zip();
    assert!(packed.len() < 100_000);
    assert!(checked(&parts, &BOUNDS).unwrap_err().contains("unpacks to more"));
}

#[test]
fn very_many_parts_are_refused() {
    let mut parts = good();
    for number in 0..10 {
        parts.set(&format!("xl/{number}.xml"), "<a/>");
    }
    assert!(checked(&parts, &SMALL).unwrap_err().contains("more parts"));
}

#[test]
fn entities_are_refused() {
    let mut parts = good();
    let lol = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]>";
    parts.set("xl/worksheets/sheet1.xml", &format!("{lol}<worksheet><sheetData/></worksheet>"));
    assert!(checked(&parts, &BOUNDS).unwrap_err().contains("entities"));
    // On the border of two pieces too.
    for before in [CHUNK - 5, CHUNK + OVERLAP - 5, CHUNK + OVERLAP + 3] {
        let mut parts = good();
        parts.set("xl/worksheets/sheet1.xml", &format!("{}{lol}", noise(before)));
        assert!(checked(&parts, &BOUNDS).unwrap_err().contains("entities"), "{before}");
    }
}

#[test]
fn a_number_of_texts_that_lies_is_refused() {
    for (claimed, fits) in [
        ("2", true),
        ("10", true),
        ("999999999", false),
        ("99999999999999999999999", false),
        (" +0099999", false),
        ("x", true),
    ] {
        let mut parts = good();
        parts.strings(claimed, &["one", "two", "three", "four"]);
        assert_eq!(checked(&parts, &BOUNDS).is_ok(), fits, "{claimed}");
    }
}

#[test]
fn another_encoding_hides_nothing() {
    let mut parts = good();
    let sixteen: Vec<u8> = "<sst uniqueCount=\"999999999\">".encode_utf16().flat_map(u16::to_le_bytes).collect();
    parts.set_bytes("xl/sharedStrings.xml", [&[0xFF, 0xFE][..], &sixteen].concat());
    assert!(checked(&parts, &BOUNDS).unwrap_err().contains("not written"));
    parts.set_bytes("xl/sharedStrings.xml", b"<sst unique\x1b(JCount='9999999'>".to_vec());
    assert!(checked(&parts, &BOUNDS).unwrap_err().contains("not written"));
}

#[test]
fn what_other_programs_keep_in_a_workbook_may_be_in_any_encoding() {
    let sixteen: Vec<u8> = "<sst uniqueCount=\"999999999\">".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut parts = good();
    parts.set_bytes("customXml/item1.xml", sixteen.clone());
    assert_eq!(checked(&parts, &BOUNDS), Ok(()));
    parts.set_bytes("customXml/sharedStrings.xml", sixteen);
    assert!(checked(&parts, &BOUNDS).unwrap_err().contains("not written"), "unless it is what is kept in memory");
}

#[test]
fn styles_whose_copies_would_fill_the_memory_are_refused() {
    let mut parts = good();
    parts.set("xl/styles.xml", &format!("<font><name val=\"{}\"/></font>", "x".repeat(3_000)));
    assert!(checked(&parts, &BOUNDS).unwrap_err().contains("style"));
    parts.set("xl/styles.xml", &"<xf/>".repeat(70_000));
    assert!(checked(&parts, &BOUNDS).unwrap_err().contains("styles"));
}

#[test]
fn what_is_copied_for_every_sheet_is_refused() {
    let named = |name: &str, count: usize| format!("<workbook><sheets>{}</sheets></workbook>", name.repeat(count));
    let target = |length: usize| {
        let target = "a>".repeat(length / 2);
        format!("<Relationships><Relationship Id='b' Type='x/worksheet' Target='{target}'/></Relationships>")
    };
    for (sheet, count, length, fits) in [
        ("<sheet r:id='b'/>", 1_000, 20, true),
        ("<sheet r:id='b'/>", 1_001, 20, false),
        ("<x:sheet\tr:id='b'/>", 1_001, 20, false),
        ("<sheet/>", 20_000, 20, false),
        ("<sheet r:id='b'/>", 1, 15 * 1024 * 1024, false),
        ("<sheet r:id='b'/>", 1_000, 900 * 1024, false),
        ("<sheet r:id='b'/>", 100, 900 * 1024, true),
    ] {
        let mut parts = good();
        parts.set("xl/workbook.xml", &named(sheet, count));
        parts.set("xl/_rels/workbook.xml.rels", &target(length));
        assert_eq!(checked(&parts, &BOUNDS).is_ok(), fits, "{sheet} {count} {length}");
    }
}

#[test]
fn a_text_that_is_longer_than_a_cell_is_refused_wherever_it_stands() {
    for (name, text) in [
        ("xl/worksheets/sheet1.xml", noise(5 * 1024 * 1024)),
        ("xl/worksheets/sheet1.xml", noise(1024).replace('b', ">").repeat(5 * 1024)),
        ("xl/sharedStrings.xml", noise(5 * 1024 * 1024)),
        ("xl/workbook.xml", noise(5 * 1024 * 1024)),
    ] {
        let mut parts = good();
        parts.set(name, &format!("<a><t>{text}</t></a>"));
        assert!(checked(&parts, &BOUNDS).unwrap_err().contains("longer than any cell"), "{name}");
        parts.set(name, &format!("<a><t>{}</t></a>", &text[..3 * 1024 * 1024]));
        assert_eq!(checked(&parts, &BOUNDS), Ok(()), "{name}");
    }
}

#[test]
fn an_archive_that_is_no_workbook_is_refused() {
    let parts = Parts(vec![("readme.txt".to_owned(), b"hello".to_vec())]);
    assert!(checked(&parts, &BOUNDS).unwrap_err().contains("no workbook"));
}

#[test]
fn a_workbook_that_is_cut_off_is_refused_wherever_it_is_cut() {
    let whole = good().zip();
    for length in (4..whole.len()).step_by(37) {
        let (_folder, path) = written("a.xlsx", &whole[..length]);
        let found = found(&path);
        assert!(check(&found, &found.open().unwrap(), &BOUNDS, &Alive::for_ever()).is_err(), "{length}");
    }
}
