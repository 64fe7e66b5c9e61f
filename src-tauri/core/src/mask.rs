//! Lock-box and key codes are masked where many projects are on the screen at once; one project shows them whole.

/// The words that such a code stands behind, in lower case, without blanks, dashes and strokes.
const WORDS: &[&str] = &[
    "lockbox",
    "lockboxes",
    "lb",
    "lbx",
    "keycode",
    "keycodes",
    "keybox",
    "keyboxes",
    "keypad",
    "keypads",
    "key",
    "keys",
    "gate",
    "gates",
    "combo",
    "combos",
    "combination",
    "passcode",
    "code",
    "codes",
    "pin",
    "padlock",
    "alarm",
];
/// Words that are written in two as well.
const FIRST: &[&str] = &["lock", "key", "pass", "l"];
/// How many characters behind the word a code may begin.
const REACH: usize = 32;
/// The fewest digits of a code.
const DIGITS: usize = 3;
/// Always the same, so that it does not tell how long the code is.
const DOTS: &str = "••••";

/// The text with the codes in it replaced by dots.
pub(crate) fn codes(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    // Up to where a code may begin.
    let mut reach = None;
    let mut place = 0;
    while let Some(&char) = chars.get(place) {
        if char.is_ascii_digit() {
            let (end, digits) = number(&chars, place);
            if digits >= DIGITS && reach.is_some_and(|reach| place <= reach) {
                out.push_str(DOTS);
                // Several codes may follow one word.
                reach = Some(end + REACH);
            } else {
                out.extend(&chars[place..end]);
            }
            place = end;
        } else if char.is_alphabetic() {
            let end = word(&chars, place);
            let (end, found) = code_word(&chars, place, end);
            if found {
                reach = Some(end + REACH);
            }
            out.extend(&chars[place..end]);
            place = end;
        } else {
            out.push(char);
            place += 1;
        }
    }
    out
}

/// Where the word that begins here ends.
fn word(chars: &[char], start: usize) -> usize {
    start + chars[start..].iter().take_while(|char| char.is_alphabetic()).count()
}

/// Whether the word is one that a code stands behind, alone or with the next one; and where it ends then.
fn code_word(chars: &[char], start: usize, end: usize) -> (usize, bool) {
    let lower =
        |from: usize, to: usize| chars[from..to].iter().flat_map(|char| char.to_lowercase()).collect::<String>();
    let first = lower(start, end);
    if FIRST.contains(&first.as_str()) {
        let next = end + chars[end..].iter().take_while(|char| matches!(char, ' ' | '-' | '/')).count();
        if (end..=end + 3).contains(&next) && chars.get(next).is_some_and(|char| char.is_alphabetic()) {
            let both_end = word(chars, next);
            if WORDS.contains(&format!("{first}{}", lower(next, both_end)).as_str()) {
                return (both_end, true);
            }
        }
    }
    (end, WORDS.contains(&first.as_str()))
}

/// Where the digits that begin here end, and how many there are; one blank, dash, dot or stroke may stand between them.
fn number(chars: &[char], start: usize) -> (usize, usize) {
    let (mut end, mut digits) = (start + 1, 1);
    loop {
        let is_digit = |place: usize| chars.get(place).is_some_and(char::is_ascii_digit);
        if is_digit(end) {
            end += 1;
        } else if chars.get(end).is_some_and(|char| " -–./".contains(*char)) && is_digit(end + 1) {
            end += 2;
        } else {
            return (end, digits);
        }
        digits += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_behind_their_words_are_masked() {
        for (text, shown) in [
            ("Lock box 4711", "Lock box ••••"),
            ("lockbox: 4711", "lockbox: ••••"),
            ("LOCK-BOX #4711, front door", "LOCK-BOX #••••, front door"),
            ("lockbox4711", "lockbox••••"),
            ("Lock box no. 4711", "Lock box no. ••••"),
            ("LBX 4711", "LBX ••••"),
            ("L/B 4711", "L/B ••••"),
            ("Key code 389", "Key code ••••"),
            ("keycode=0001", "keycode=••••"),
            ("Gate 12345 then turn left", "Gate •••• then turn left"),
            ("combo 12-34-56", "combo ••••"),
            ("Combination 12 34 56", "Combination ••••"),
            ("Lock box\n4711", "Lock box\n••••"),
            ("Codes 4711, 4712 and 4713", "Codes ••••, •••• and ••••"),
            ("Call 555-0100. Lock box 4711", "Call 555-0100. Lock box ••••"),
            ("code 1234567890", "code ••••"),
        ] {
            assert_eq!(codes(text), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_code_stays() {
        for text in [
            "",
            "Occupied, call before",
            "Lot 4711",
            "Gate 12",
            "Lock box on the left of the porch, behind the meter; the neighbour at 4711 has keep",
            "Decoder 4711",
            "Keystone 4711",
            "$450.00",
            "Größe 4711 m²",
        ] {
            assert_eq!(codes(text), text);
        }
    }
}
