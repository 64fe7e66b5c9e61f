//! A work order of PPW (sections 3 and 4 of docs/protocols/ppw.md): what the list and the order itself say, in one piece
//! for the import, and what becomes of it. What is not listed there is tolerated.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::row::Row;
use crate::connectors::DecodeError;
use crate::connectors::dates;
use crate::connectors::value::{shown, text};
use crate::model::{Field, ProjectStatus, WorkOrder, WorkOrderTask};

/// Lines of an order that become tasks.
const MOST_TASKS: usize = 1_000;
/// Characters of a task's name.
const LONGEST_NAME: usize = 300;

/// The row of a list and the order that was fetched for it; without an order, the row of one that was cancelled.
#[derive(Serialize, Deserialize)]
struct Delivered<'a> {
    report_id: u64,
    #[serde(borrow)]
    wo_number: Cow<'a, str>,
    #[serde(borrow)]
    org_wo_num: Cow<'a, str>,
    #[serde(borrow)]
    wo_status: Cow<'a, str>,
    #[serde(borrow)]
    returned: Option<Cow<'a, str>>,
    #[serde(borrow)]
    cancelled_at: Cow<'a, str>,
    #[serde(borrow)]
    order: Option<&'a RawValue>,
}

/// The members of an order that mean something here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Order<'a> {
    #[serde(borrow)]
    ppw_report_id: Option<&'a RawValue>,
    #[serde(borrow)]
    wo_number: Option<&'a RawValue>,
    #[serde(borrow)]
    wo_status: Option<&'a RawValue>,
    #[serde(borrow)]
    client_company_alias: Option<&'a RawValue>,
    #[serde(borrow)]
    cust_text: Option<&'a RawValue>,
    #[serde(borrow)]
    loan_number: Option<&'a RawValue>,
    #[serde(borrow)]
    loan_type_other: Option<&'a RawValue>,
    #[serde(borrow)]
    date_received: Option<&'a RawValue>,
    #[serde(borrow)]
    date_due: Option<&'a RawValue>,
    #[serde(borrow)]
    start_date: Option<&'a RawValue>,
    #[serde(borrow)]
    address: Option<&'a RawValue>,
    #[serde(borrow)]
    city: Option<&'a RawValue>,
    #[serde(borrow)]
    state: Option<&'a RawValue>,
    #[serde(borrow)]
    zip: Option<&'a RawValue>,
    #[serde(borrow)]
    comments: Option<&'a RawValue>,
    #[serde(borrow)]
    work_type_alias: Option<&'a RawValue>,
    #[serde(borrow)]
    mortgage_name: Option<&'a RawValue>,
    #[serde(borrow)]
    line_items: Option<&'a RawValue>,
    #[serde(borrow)]
    pcr_forms: Option<&'a RawValue>,
    #[serde(borrow)]
    lot_size: Option<&'a RawValue>,
    #[serde(borrow)]
    lock_code: Option<&'a RawValue>,
    #[serde(borrow)]
    key_code: Option<&'a RawValue>,
    #[serde(borrow)]
    broker_name: Option<&'a RawValue>,
    #[serde(borrow)]
    broker_company: Option<&'a RawValue>,
    #[serde(borrow)]
    broker_phone: Option<&'a RawValue>,
    #[serde(borrow)]
    broker_email: Option<&'a RawValue>,
    #[serde(borrow)]
    key_values: Option<&'a RawValue>,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct KeyValues<'a> {
    #[serde(borrow)]
    mcs_woid: Option<&'a RawValue>,
    #[serde(borrow)]
    wo_number_orig: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LineItem<'a> {
    #[serde(borrow)]
    desc: Option<&'a RawValue>,
    #[serde(borrow)]
    qty: Option<&'a RawValue>,
    #[serde(borrow)]
    price: Option<&'a RawValue>,
    #[serde(borrow)]
    add: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Form<'a> {
    #[serde(borrow)]
    form_id: Option<&'a RawValue>,
    #[serde(borrow)]
    form_required: Option<&'a RawValue>,
}

/// What has to be known of an order while it is fetched.
pub(super) struct Says {
    /// Which order it is, if it says so.
    pub(super) report_id: Option<String>,
    /// Whether it reached PPW from MCS.
    pub(super) is_mcs: bool,
    pub(super) status: Option<String>,
}

impl Says {
    pub(super) fn of(order: &RawValue) -> Self {
        let order: Order<'_> = object(Some(order));
        let said = |raw| Some(plain(raw)).filter(|text| !text.is_empty()).map(Cow::into_owned);
        Self {
            report_id: said(order.ppw_report_id),
            is_mcs: !plain(object::<KeyValues<'_>>(order.key_values).mcs_woid).is_empty(),
            status: said(order.wo_status),
        }
    }
}

/// What the import gets of a row and the order that was fetched for it.
pub(super) fn raw(row: &Row, order: Option<&RawValue>) -> Vec<u8> {
    let delivered = Delivered {
        report_id: row.id,
        wo_number: Cow::Borrowed(&row.wo_number),
        org_wo_num: Cow::Borrowed(&row.org_wo_num),
        wo_status: Cow::Borrowed(&row.wo_status),
        returned: row.returned.as_deref().map(Cow::Borrowed),
        cancelled_at: Cow::Borrowed(&row.cancelled_at),
        order,
    };
    // Texts, a number and JSON always are JSON.
    serde_json::to_vec(&delivered).unwrap_or_default()
}

/// Whether an order has all that a project cannot be without.
pub(super) fn makes_a_project(raw: &[u8]) -> bool {
    decode(raw, false).is_ok_and(|order| order.missing_fields().is_empty() && !order.tasks.is_empty())
}

/// Reads what [`raw`] wrote.
pub(super) fn decode(raw: &[u8], close_cancelled: bool) -> Result<WorkOrder<'_>, DecodeError> {
    let delivered: Delivered<'_> = serde_json::from_slice(raw)
        .map_err(|error| DecodeError::Damaged(format!("an order is no JSON, at column {} of it", error.column())))?;
    let key = delivered.report_id.to_string();
    let Some(raw) = delivered.order else { return Ok(cancelled(&delivered, key, close_cancelled)) };
    let parts: Order<'_> = serde_json::from_str(raw.get())
        .map_err(|_| DecodeError::Bad { key: key.clone(), reason: "the work order is not of PPW's form".to_owned() })?;
    let number = number(plain(parts.wo_number), &delivered, &key);
    let mut order = WorkOrder { key: key.into(), number, ..WorkOrder::default() };
    status(&mut order, delivered, plain(parts.wo_status), close_cancelled);
    texts(&mut order, &parts);
    dates_of(&mut order, &parts);
    position(&mut order, parts.coordinates);
    order.fields[Field::WorkOrderInfo] = Some(info(&parts).into());
    take_tasks(&mut order, &parts);
    Ok(order)
}

fn cancelled<'a>(delivered: &Delivered<'a>, key: String, close: bool) -> WorkOrder<'a> {
    let number = number(Cow::Borrowed(""), delivered, &key);
    let mut order = WorkOrder { key: key.into(), number, only_if_listed: true, ..WorkOrder::default() };
    order.fields[Field::ClientStatus] = Some("Cancelled".into());
    if close {
        order.fields[Field::Status] = Some(ProjectStatus::Closed.as_str().into());
    }
    order
}

/// The number that people see: the order's, the sender's own count, PPW's.
fn number<'a>(of_order: Cow<'a, str>, delivered: &Delivered<'a>, key: &str) -> Cow<'a, str> {
    let names = [of_order, delivered.wo_number.clone(), delivered.org_wo_num.clone()];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| key.to_owned().into())
}

/// The client's status as PPW writes it, what it means for the project's own, and why an order was returned.
fn status<'a>(order: &mut WorkOrder<'a>, delivered: Delivered<'a>, of_order: Cow<'a, str>, close_cancelled: bool) {
    let status = if delivered.wo_status.is_empty() { of_order } else { delivered.wo_status };
    let letters: String = status.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let is_returned = delivered.returned.is_some() || matches!(letters.as_str(), "rtv" | "followup" | "followuprtv");
    let own = match letters.as_str() {
        _ if is_returned => Some(ProjectStatus::Rework),
        "readyforoffice" => Some(ProjectStatus::Complete),
        "invoiced" | "complete" | "completed" => Some(ProjectStatus::Closed),
        "cancelled" | "canceled" if close_cancelled => Some(ProjectStatus::Closed),
        // Whether it is assigned, the office knows.
        _ => None,
    };
    order.fields[Field::Status] = own.map(|own| own.as_str().into());
    order.fields[Field::ClientInstructions] = match delivered.returned.as_deref() {
        Some("") => None,
        Some(reason) => Some(format!("Returned to vendor: {reason}").into()),
        // The reason is told once only; it stays as long as the order is a follow-up.
        None if is_returned => None,
        None => Some("".into()),
    };
    let shown = if delivered.returned.is_some() { "RTV".into() } else { status };
    order.fields[Field::ClientStatus] = Some(shown).filter(|status| !status.is_empty());
}

fn texts<'a>(order: &mut WorkOrder<'a>, parts: &Order<'a>) {
    let ids: KeyValues<'a> = object(parts.key_values);
    for (field, raw) in [
        (Field::Address1, parts.address),
        (Field::City, parts.city),
        (Field::State, parts.state),
        (Field::Zip, parts.zip),
        (Field::Instructions, parts.comments),
        (Field::Description, parts.work_type_alias),
        (Field::Reference, parts.loan_number),
        (Field::SourceWoProvider, parts.client_company_alias),
        (Field::SourceWoId, ids.mcs_woid),
        (Field::SourceWoNumber, ids.wo_number_orig),
    ] {
        match raw.map(|raw| text(raw.get())) {
            Some(Ok(text)) => order.fields[field] = text.map(trimmed),
            Some(Err(why)) => order.problems.push(format!("{}: {why}", field.name())),
            None => {}
        }
    }
    // The number at MCS is what people ask for where there is no loan number.
    let mcs = plain(ids.mcs_woid);
    if !mcs.is_empty() && order.fields[Field::Reference].as_deref().unwrap_or_default().is_empty() {
        order.fields[Field::Reference] = Some(mcs);
    }
}

fn dates_of<'a>(order: &mut WorkOrder<'a>, parts: &Order<'a>) {
    let fields = [
        (Field::DueDate, parts.date_due),
        (Field::ClientDueDate, parts.date_due),
        (Field::StartDate, parts.start_date),
    ];
    for (field, raw) in fields {
        match raw.map(|raw| date(raw)) {
            Some(Ok(date)) => order.fields[field] = date,
            Some(Err(why)) => order.problems.push(format!("{}: {why}", field.name())),
            None => {}
        }
    }
}

/// A date. That there is none clears it.
fn date(raw: &RawValue) -> Result<Option<Cow<'_, str>>, String> {
    let Some(text) = text(raw.get())?.map(trimmed) else { return Ok(None) };
    if dates::is_none(&text) {
        return Ok(Some("".into()));
    }
    dates::canonical(text).map(Some).map_err(|text| format!("{} is no date that can be read", shown(&text)))
}

/// `latitude,longitude`. What is no position is passed over: it is known from other programs only.
fn position<'a>(order: &mut WorkOrder<'a>, raw: Option<&'a RawValue>) {
    let text = plain(raw);
    let Some((latitude, longitude)) = text.split_once(',') else { return };
    let (latitude, longitude) = (latitude.trim(), longitude.trim());
    let within =
        |text: &str, most: f64| text.parse::<f64>().is_ok_and(|degrees| degrees != 0.0 && degrees.abs() <= most);
    if within(latitude, 90.0) && within(longitude, 180.0) {
        order.fields[Field::GpsLatitude] = Some(latitude.to_owned().into());
        order.fields[Field::GpsLongitude] = Some(longitude.to_owned().into());
    }
}

/// What has no field of its own, in one line. The codes come last and behind the words that have lists mask them.
fn info(parts: &Order<'_>) -> String {
    let broker = [parts.broker_name, parts.broker_company, parts.broker_phone, parts.broker_email].map(plain);
    let broker: Vec<&str> = broker.iter().map(AsRef::as_ref).filter(|text| !text.is_empty()).collect();
    let received = parts.date_received.and_then(|raw| date(raw).ok().flatten()).unwrap_or_default();
    let values = [
        ("Customer", plain(parts.cust_text)),
        ("Loan type", plain(parts.loan_type_other)),
        ("Mortgagor", plain(parts.mortgage_name)),
        ("Received", received),
        ("Lot size", plain(parts.lot_size)),
        ("Broker", broker.join(", ").into()),
        ("PCR forms", forms(parts.pcr_forms).into()),
        ("Lock code", plain(parts.lock_code)),
        ("Key code", plain(parts.key_code)),
    ];
    let told = values.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}: {value}"));
    told.collect::<Vec<_>>().join("; ")
}

fn forms(raw: Option<&RawValue>) -> String {
    let one = |raw: &&RawValue| {
        let form: Form<'_> = object(Some(*raw));
        let id = plain(form.form_id);
        let required = matches!(plain(form.form_required).as_ref(), "1" | "true");
        (!id.is_empty()).then(|| if required { format!("{id} (required)") } else { id.into_owned() })
    };
    list(raw).iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

/// The line items; without any, the work type is the one task.
fn take_tasks<'a>(order: &mut WorkOrder<'a>, parts: &Order<'a>) {
    let work = short(plain(parts.work_type_alias));
    let mut items = list(parts.line_items);
    if items.len() > MOST_TASKS {
        order.problems.push(format!("line_items: of {} lines the first {MOST_TASKS} were taken", items.len()));
        items.truncate(MOST_TASKS);
    }
    if items.is_empty() && !work.is_empty() {
        order.tasks.push(WorkOrderTask { name: work, ..WorkOrderTask::default() });
        return;
    }
    for item in items {
        let item: LineItem<'a> = object(Some(item));
        let name = Some(short(plain(item.desc))).filter(|name| !name.is_empty()).unwrap_or_else(|| work.clone());
        if name.is_empty() {
            order.problems.push("line_items: a line without a description was passed over".to_owned());
            continue;
        }
        let instructions = Some(instructions(&item).into());
        order.tasks.push(WorkOrderTask { name, instructions, ..WorkOrderTask::default() });
    }
}

/// A task's name, cut to a length that can be read: a line without a name of its own repeats that of the work.
fn short(name: Cow<'_, str>) -> Cow<'_, str> {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
        None => name,
    }
}

/// How much, for how much, and what else is said: `under 10k sq ft; quantity 1.00; price 35.00`.
fn instructions(item: &LineItem<'_>) -> String {
    let is_some = |text: &Cow<'_, str>| !text.chars().all(|char| matches!(char, '0' | '.'));
    let amount = |name: &str, raw| Some(plain(raw)).filter(is_some).map(|amount| format!("{name} {amount}"));
    let more = Some(plain(item.add)).filter(|text| !text.is_empty()).map(Cow::into_owned);
    let told = [more, amount("quantity", item.qty), amount("price", item.price)];
    told.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// A value as text without white space around it; empty if there is none, or if it is no text.
fn plain(raw: Option<&RawValue>) -> Cow<'_, str> {
    raw.and_then(|raw| text(raw.get()).ok().flatten()).map(trimmed).unwrap_or_default()
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// An object; with nothing in it if it is none. PHP writes an empty one as a list, or as an empty text.
fn object<'a, T: Default + Deserialize<'a>>(raw: Option<&'a RawValue>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// A list; an empty one if it is none.
fn list(raw: Option<&RawValue>) -> Vec<&RawValue> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}
