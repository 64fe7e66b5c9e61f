//! Filling a request of a description in: its address, its parameters, and the key where one is wanted.

use serde_json::{Map, Value};
use url::Url;

use super::description::{Call, CallMethod};
use super::values::in_path;
use crate::http::Method;

/// A request before the credentials are put on.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Value>,
}

impl Outgoing {
    /// What the call says, at this base; with a key in the places of `{key}`. None if that is no address.
    pub(super) fn new(base: &Url, call: &Call, key: Option<&str>) -> Option<Self> {
        let key = key.unwrap_or_default();
        let path = call.path.replace("{key}", &in_path(key));
        let mut url = Url::parse(&format!("{}{path}", base.as_str().trim_end_matches('/'))).ok()?;
        for (name, value) in &call.query {
            url.query_pairs_mut().append_pair(name, &value.replace("{key}", key));
        }
        let mut body = call.body.clone();
        if let Some(body) = &mut body {
            fill_in(body, key);
        }
        let method = match call.method {
            CallMethod::Get => Method::GET,
            CallMethod::Post => Method::POST,
        };
        let headers = call.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Some(Self { method, url, headers, body })
    }

    /// With a value in a parameter: a name in the query, or a JSON Pointer into the body.
    pub(super) fn set(&mut self, parameter: &str, value: &Value) {
        if parameter.starts_with('/') {
            // Whether there is such a place was checked with the description.
            put(self.body.get_or_insert_default(), parameter, value.clone());
            return;
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let others: Vec<(String, String)> =
            self.url.query_pairs().into_owned().filter(|(name, _)| name != parameter).collect();
        self.url.query_pairs_mut().clear().extend_pairs(others).append_pair(parameter, &text);
    }
}

/// Puts a value at a place of a body, whose objects are made as needed. False if something else is in the way.
pub(super) fn put(body: &mut Value, pointer: &str, value: Value) -> bool {
    let mut here = body;
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        if here.is_null() {
            *here = Value::Object(Map::new());
        }
        let Value::Object(members) = here else { return false };
        here = members.entry(token).or_insert(Value::Null);
    }
    *here = value;
    true
}

fn fill_in(value: &mut Value, key: &str) {
    match value {
        Value::String(text) if text.contains("{key}") => *text = text.replace("{key}", key),
        Value::Array(values) => values.iter_mut().for_each(|value| fill_in(value, key)),
        Value::Object(members) => members.values_mut().for_each(|value| fill_in(value, key)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn call(json: Value) -> Call {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_request_is_filled_in() {
        let base = Url::parse("https://api.example/v2/").unwrap();
        let call = call(json!({"method": "POST", "path": "/orders/{key}", "query": {"open": "1", "k": "{key}"},
                               "headers": {"X-Office": "7"}, "body": {"ids": ["{key}", 7]}}));
        let mut out = Outgoing::new(&base, &call, Some("A/1 b")).unwrap();
        assert_eq!(out.url.as_str(), "https://api.example/v2/orders/A%2F1%20b?k=A%2F1+b&open=1");
        out.set("since", &json!(5));
        out.set("open", &json!("0"));
        out.set("/filter/from", &json!(7));
        assert_eq!(out.url.query().unwrap(), "k=A%2F1+b&since=5&open=0");
        assert_eq!(out.body.unwrap(), json!({"ids": ["A/1 b", 7], "filter": {"from": 7}}));
    }

    #[test]
    fn a_value_is_put_only_where_there_is_a_place() {
        let mut body = json!({"a": 1});
        assert!(!put(&mut body, "/a/b", json!(2)));
        assert!(put(&mut body, "/b/c~1d", json!(2)));
        assert_eq!(body, json!({"a": 1, "b": {"c/d": 2}}));
    }
}
