//! A description: all that has to be known to ask a web API for work orders, as plain data. It holds no secrets. The
//! format is told in docs/web-api.md; what can be wrong with one beyond its shape is found by `check`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::rule::Rule;

/// The version of the format that this program reads.
pub(super) const VERSION: u32 = 1;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    #[serde(rename = "muster_description")]
    pub(super) version: u32,
    pub(super) name: String,
    /// For whoever reads the file.
    #[serde(default)]
    pub(super) about: String,
    /// May be left to the setting of that name.
    #[serde(default)]
    pub(super) base_url: String,
    #[serde(default)]
    pub(super) auth: Auth,
    /// Where the API says in words what went wrong, also with a status of success.
    pub(super) error: Option<String>,
    pub(super) validate: Option<Call>,
    pub(super) list: ListCall,
    pub(super) detail: Option<DetailCall>,
    pub(super) mapping: Mapping,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Auth {
    #[default]
    None,
    /// The settings `username` and `password`.
    Basic,
    /// The setting `key`, in a header of this name.
    Header(HeaderKey),
    /// The setting `key`, as `Authorization: Bearer`.
    Bearer,
    /// The settings `client_id` and `client_secret`.
    OAuth2(OAuth2),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeaderKey {
    pub(super) name: String,
    #[serde(default)]
    pub(super) prefix: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OAuth2 {
    /// An address, or a path behind the base URL.
    pub(super) token_url: String,
    #[serde(default)]
    pub(super) scope: String,
    #[serde(default)]
    pub(super) client_id: String,
    #[serde(default)]
    pub(super) credentials: CredentialsIn,
    #[serde(default)]
    pub(super) encoding: TokenEncoding,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum CredentialsIn {
    #[default]
    Body,
    Basic,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TokenEncoding {
    #[default]
    Form,
    Json,
}

/// What is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    #[serde(default)]
    pub(super) method: CallMethod,
    pub(super) path: String,
    #[serde(default)]
    pub(super) query: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<Value>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum CallMethod {
    #[default]
    Get,
    Post,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListCall {
    pub(super) request: Call,
    /// Where the records are; empty if the whole answer is the list.
    pub(super) records: String,
    pub(super) since: Option<Since>,
    #[serde(default)]
    pub(super) paging: Paging,
    /// Said with every page; smaller while the credentials are tried.
    pub(super) page_size: Option<PageSize>,
    /// The list is asked for once for each of these.
    pub(super) sweep: Option<Sweep>,
    /// Whether everything together is all that the account has.
    pub(super) complete: bool,
}

/// A place in a request: a name in the query, or a JSON Pointer into the body.
pub(super) type Parameter = String;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Since {
    pub(super) parameter: Parameter,
    pub(super) format: SinceFormat,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SinceFormat {
    Unix,
    UnixMs,
    Rfc3339,
    /// The calendar day, one day early, as nobody knows the zone of the server.
    Date,
    /// In UTC.
    Strftime(String),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageSize {
    pub(super) parameter: Parameter,
    pub(super) size: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sweep {
    pub(super) parameter: Parameter,
    pub(super) values: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Paging {
    #[default]
    None,
    /// The parameter counts records.
    Offset(Counted),
    /// The parameter counts pages.
    Page(Counted),
    /// The answer holds the address of the next page.
    NextLink(NextLink),
    /// The answer holds what to ask the next page with.
    Cursor(Cursor),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counted {
    pub(super) parameter: Parameter,
    /// 0 for an offset and 1 for a page, if nothing is said.
    pub(super) start: Option<u64>,
    /// Where the answer says how many records there are in all.
    pub(super) total: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NextLink {
    /// Without one it is the header `Link` with `rel="next"`.
    pub(super) pointer: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cursor {
    pub(super) pointer: String,
    pub(super) parameter: Parameter,
    /// Where the answer says whether there is more.
    pub(super) more: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DetailCall {
    /// `{key}` stands for the key of the record.
    pub(super) request: Call,
    /// Where the record is.
    #[serde(default)]
    pub(super) record: String,
    /// Whether the record in the list changes whenever the order does. If not, every order is fetched every time.
    #[serde(default)]
    pub(super) list_tells_changes: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mapping {
    pub(super) key: Rule,
    /// Without one it is the key.
    pub(super) number: Option<Rule>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, Rule>,
    pub(super) tasks: Option<Tasks>,
    pub(super) cancelled: Option<Cancelled>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tasks {
    /// Where the list of tasks is; without it the order itself is its one task. The rules look into the task.
    pub(super) from: Option<String>,
    pub(super) name: Rule,
    pub(super) instructions: Option<Rule>,
    pub(super) survey: Option<Rule>,
    pub(super) source_service: Option<Rule>,
    pub(super) source_service_id: Option<Rule>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cancelled {
    pub(super) from: String,
    pub(super) is: Vec<String>,
    /// Whether the project is closed as well.
    #[serde(default)]
    pub(super) close: bool,
}
