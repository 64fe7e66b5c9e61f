//! Values of a record as texts.

use std::fmt::Write as _;

use serde_json::Value;

/// From here on a number with a fraction, or one that is larger than 64 bits, is not exact (2^53).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A value as text; none for null.
pub(super) fn text(value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        // Two keys of that size could become one.
        Value::Number(number) if number.is_f64() && number.as_f64().is_none_or(|number| number.abs() >= EXACT) => {
            Err("the number is too large to be exact; the API should send it as a text".to_owned())
        }
        Value::Bool(_) | Value::Number(_) => Ok(Some(value.to_string())),
        Value::Array(_) => Err("a text is expected, but it is a list".to_owned()),
        Value::Object(_) => Err("a text is expected, but it is an object".to_owned()),
    }
}

/// All that is not empty, also what is in a list; none if there is nothing at all.
pub(super) fn joined<'v>(values: impl Iterator<Item = &'v Value>, between: &str) -> Result<Option<String>, String> {
    let mut all: Option<String> = None;
    for value in values {
        let parts = match value {
            Value::Array(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        for part in parts {
            let Some(part) = text(part)? else { continue };
            let all = all.get_or_insert_default();
            if !part.trim().is_empty() {
                if !all.is_empty() {
                    all.push_str(between);
                }
                all.push_str(part.trim());
            }
        }
    }
    Ok(all)
}

/// A text in the place of `{key}` in a path: nothing in it can lead elsewhere.
pub(super) fn in_path(text: &str) -> String {
    text.bytes().fold(String::new(), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'.') {
            path.push(byte.into());
        } else {
            // Writing to a String cannot fail.
            let _ = write!(path, "%{byte:02X}");
        }
        path
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_become_texts_and_lists_are_joined() {
        assert_eq!(text(&json!(1001)).unwrap().unwrap(), "1001");
        assert_eq!(text(&json!(null)).unwrap(), None);
        assert!(text(&json!({})).is_err());
        let values = [json!("a "), json!(null), json!(["", 2, true]), json!("")];
        assert_eq!(joined(values.iter(), ", ").unwrap().unwrap(), "a, 2, true");
        assert_eq!(joined([json!(null)].iter(), ", ").unwrap(), None);
    }

    #[test]
    fn a_key_stays_in_its_place_of_a_path() {
        assert_eq!(in_path("a/b?c#d%2F ü"), "a%2Fb%3Fc%23d%252F%20%C3%BC");
    }
}
