//! The work orders of a simulated PPW.

use serde_json::{Map, Value, json};

use crate::orders::words::{KINDS, PLACES, STREETS, WORK};

/// The statuses that count as open.
const OPEN: [&str; 5] = ["Unread", "In Field", "Follow Up", "Accepted", "Rejected"];

/// One work order.
#[derive(Debug, Clone)]
pub struct Order {
    /// PPW's own number, unique.
    pub report_id: u64,
    /// The number that people see; unique only within one client company.
    pub wo_number: String,
    /// The sending company's own count.
    pub org_wo_num: u64,
    /// As PPW writes it.
    pub status: String,
    /// What `get_order` shows, the status aside.
    pub details: Map<String, Value>,
    /// When it was last changed: Unix seconds of the client's clock. 0: long ago.
    pub modified: i64,
    /// What was changed in it, field by field.
    pub updates: Vec<Update>,
    /// When it was cancelled.
    pub cancelled: Option<i64>,
    /// It is still listed, but cannot be had any more.
    pub vanished: bool,
    /// How often somebody said that it was imported.
    pub marked: u32,
}

/// A field that was changed.
#[derive(Debug, Clone)]
pub struct Update {
    /// When, in Unix seconds.
    pub at: i64,
    /// `RTV` for an order that was returned; else the status of the order.
    pub status: Option<String>,
    /// Which.
    pub field: String,
    /// Its new value, or the reason.
    pub value: Value,
}

impl Order {
    /// One of many, always the same for the same number.
    pub(super) fn make(report_id: u64) -> Self {
        let place = usize::try_from(report_id).unwrap_or_default();
        let (city, state, _, zip, latitude, longitude) = PLACES[place % PLACES.len()];
        let (work, _, price) = WORK[place % WORK.len()];
        let address = format!("{} {} {}", place % 900 + 1, STREETS[place % STREETS.len()], KINDS[place % KINDS.len()]);
        let item = json!({ "desc": work, "qty": "1.00", "price": format!("{price}.00"), "total": format!("{price}.00"),
            "add": "Photos before and after" });
        let details = json!({
            "wo_number": format!("GC-{report_id}"), "client_company_alias": "North Field Svc", "cust_text": "Conv",
            "loan_number": format!("****{:04}", place % 10_000), "loan_type_other": "FHA", "date_received": "20260302",
            "date_due": format!("202612{:02}", place % 28 + 1), "start_date": "00000000", "address": address, "city": city,
            "state": state, "zip": format!("{zip}{:02}", place % 100), "comments": "Cut front and back.<br>Haul clippings",
            "work_type_alias": work, "mortgage_name": "", "line_items": [item], "pcr_forms": [],
            "ppw_report_id": report_id.to_string(), "import_user_id": null, "key_values": [], "lot_size": "",
            "lock_code": format!("{:05}", place % 100_000), "key_code": "", "broker_name": null, "broker_company": null,
            "broker_phone": null, "has_foh": "0", "coordinates": format!("{latitude},{longitude}"),
        });
        let Value::Object(details) = details else { unreachable!("it is an object") };
        Self {
            report_id,
            wo_number: format!("GC-{report_id}"),
            org_wo_num: report_id % 100_000,
            status: if report_id.is_multiple_of(3) { "Unread" } else { "In Field" }.to_owned(),
            details,
            modified: 0,
            updates: Vec::new(),
            cancelled: None,
            vanished: false,
            marked: 0,
        }
    }

    /// Whether PPW lists it.
    pub fn is_open(&self) -> bool {
        self.cancelled.is_none() && OPEN.contains(&self.status.as_str())
    }

    /// What a list says of it; with numbers as numbers or as texts.
    pub(super) fn stub(&self, numbers: bool) -> Value {
        json!({
            "report_id": number(self.report_id, numbers),
            "wo_number": self.wo_number,
            "org_wo_num": number(self.org_wo_num, numbers),
            "wo_status": self.status,
        })
    }

    /// What `get_order` says of it.
    pub(super) fn whole(&self, numbers: bool) -> Value {
        let mut details = self.details.clone();
        details.insert("wo_status".to_owned(), self.status.clone().into());
        if numbers {
            for key in ["ppw_report_id", "lock_code", "date_due"] {
                let number = details.get(key).and_then(Value::as_str).and_then(|text| text.parse::<u64>().ok());
                // A code with a zero in front cannot be a number.
                let same = |number: &u64| details.get(key).and_then(Value::as_str) == Some(number.to_string().as_str());
                if let Some(number) = number.filter(same) {
                    details.insert(key.to_owned(), number.into());
                }
            }
        }
        details.into()
    }
}

fn number(number: u64, numbers: bool) -> Value {
    if numbers { number.into() } else { number.to_string().into() }
}
