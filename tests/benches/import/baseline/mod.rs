//! The least possible work that yields the same list, as the measure of Muster: the stream is split while it downloads,
//! what is known by its hash is skipped, the rest is read into borrowed structs and written with prepared statements
//! in one transaction. It survives nothing: no bad order, no bad list, no second reader of the settings.

mod database;
mod order;
mod stream;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use sha1::{Digest as _, Sha1};

use crate::Result;
use crate::child::{Job, Kind, Measured};
use crate::measure::Start;
use database::Database;
use stream::Splitter;

/// One import, measured from the request to the end of the transaction.
pub(crate) async fn import(job: &Job, kind: Kind) -> Result<Measured> {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).gzip(true).build()?;
    let mut connection = database::open(&job.folder)?;
    let start = Start::now()?;
    let began = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let database = Database::begin(&mut connection, kind, began)?;
    let mut orders = database.orders()?;
    let mut answer = http
        .post(format!("{}/getWorkOrders", job.client.url))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(payload(job, (kind == Kind::Refresh).then_some(database.since)))
        .send()
        .await?
        .error_for_status()?;
    let mut splitter = Splitter::default();
    while let Some(chunk) = answer.chunk().await? {
        splitter.feed(&chunk, &mut |order| orders.take(order))?;
    }
    splitter.finish()?;
    let counts = orders.finish()?;
    database.commit(counts, began)?;
    Ok(Measured { cost: start.cost()?, counts })
}

fn payload(job: &Job, since: Option<i64>) -> String {
    let sha1: Vec<String> = Sha1::digest(&job.client.password).iter().map(|byte| format!("{byte:02x}")).collect();
    let sha1 = sha1.concat();
    let payload = json!({
        "username": job.client.username, "password": sha1, "token": job.client.token, "timestamp": since,
    });
    url::form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish()
}
