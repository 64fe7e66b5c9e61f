//! The client systems, one for each road of each type. Each is made with its settings, and can change and lose an order.

use std::any::Any;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use muster_tests::front::Front;
use muster_tests::{ppw, pruvan, web_api};
use serde_json::{Value, json};

/// One client system and the way to it.
pub(crate) struct Client {
    /// What it is called in the message of a test that fails.
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) settings: Value,
    pub(crate) secrets: Vec<(&'static str, String)>,
    /// In front of it, if it is a server.
    pub(crate) front: Option<Front>,
    /// The setting that says where it is.
    pub(crate) place: Option<&'static str>,
    /// How many requests pass before an order comes: logins, lists without orders.
    pub(crate) before_orders: usize,
    /// Each import changes something by itself.
    pub(crate) moves: bool,
    change_one: Box<dyn Fn() + Send + Sync>,
    lose_one: Box<dyn Fn() + Send + Sync>,
    /// Lets its pages lead in a circle, if it has pages.
    go_in_circles: Option<Box<dyn Fn() + Send + Sync>>,
    _alive: Box<dyn Any + Send + Sync>,
}

impl Client {
    /// One of its orders is another from now on.
    pub(crate) fn change_one(&self) {
        (self.change_one)();
    }

    /// One of its orders is gone.
    pub(crate) fn lose_one(&self) {
        (self.lose_one)();
    }

    /// Its pages lead in a circle from now on. False if it has no pages.
    pub(crate) fn goes_in_circles(&self) -> bool {
        self.go_in_circles.as_ref().map(|go| go()).is_some()
    }
}

/// Every client system, with so many orders.
pub(crate) async fn all(orders: usize) -> Vec<Client> {
    vec![
        pruvan_service(orders).await,
        ppw_link(orders).await,
        spreadsheet(orders, "spreadsheet", "spreadsheet", json!({})),
        api(orders, "web-api", "web-api", json!({})).await,
        thin_api(orders).await,
        mcs_by_ppw(orders).await,
        spreadsheet(orders, "mcs by a spreadsheet", "mcs", json!({ "road": "spreadsheet" })),
        api(orders, "mcs directly", "mcs", json!({ "road": "direct" })).await,
        spreadsheet(orders, "xactprm by a spreadsheet", "xactprm", json!({ "road": "spreadsheet" })),
        api(orders, "xactprm directly", "xactprm", json!({ "road": "direct" })).await,
        sample(orders),
    ]
}

/// Those that are servers.
pub(crate) async fn servers(orders: usize) -> Vec<Client> {
    all(orders).await.into_iter().filter(|client| client.front.is_some()).collect()
}

/// What PPW is asked before the first order in a Full Import that is not the first: its open orders, what of them changed,
/// single changes, cancellations.
const FOUR_LISTS: usize = 4;

fn with(mut settings: Value, more: Value) -> Value {
    let (Value::Object(all), Value::Object(more)) = (&mut settings, more) else { panic!("settings are objects") };
    all.extend(more);
    settings
}

async fn pruvan_service(orders: usize) -> Client {
    let simulator = Arc::new(pruvan::Simulator::start(pruvan::Config::orders(orders)).await.unwrap());
    let front = Front::start(simulator.address()).await.unwrap();
    let pruvan::Credentials { username, password, token } = simulator.credentials();
    let (changed, lost) = (Arc::clone(&simulator), Arc::clone(&simulator));
    Client {
        name: "pruvan",
        kind: "pruvan",
        settings: json!({ "url": front.url(&simulator.url(), simulator.address()), "username": username,
                          "encoding": "urlencoded" }),
        secrets: vec![("password", password), ("token", token)],
        front: Some(front),
        place: Some("url"),
        before_orders: 0,
        moves: false,
        change_one: Box::new(move || changed.with(|state| assert!(state.orders.change_one(0)))),
        lose_one: Box::new(move || drop(lost.with(|state| state.orders.remove_one(1)))),
        go_in_circles: None,
        _alive: Box::new(simulator),
    }
}

async fn ppw_link(orders: usize) -> Client {
    let simulator = ppw::Simulator::start(ppw::Config { orders, ..ppw::Config::default() }).await.unwrap();
    by_ppw("ppw", "ppw", simulator, json!({})).await
}

async fn mcs_by_ppw(orders: usize) -> Client {
    let simulator = ppw::Simulator::start(ppw::Config { orders, ..ppw::Config::default() }).await.unwrap();
    simulator.with(|state| {
        for id in state.open() {
            state.from_mcs(id, &format!("{}", id * 3));
        }
    });
    by_ppw("mcs by ppw", "mcs", simulator, json!({ "road": "ppw" })).await
}

async fn by_ppw(name: &'static str, kind: &'static str, simulator: ppw::Simulator, more: Value) -> Client {
    let simulator = Arc::new(simulator);
    let front = Front::start(simulator.address()).await.unwrap();
    let (username, password) = simulator.with(|state| (state.username.clone(), state.password.clone()));
    let (changed, lost) = (Arc::clone(&simulator), Arc::clone(&simulator));
    let settings = json!({ "url": front.url(&simulator.url(), simulator.address()), "username": username });
    Client {
        name,
        kind,
        settings: with(settings, more),
        secrets: vec![("password", password)],
        front: Some(front),
        place: Some("url"),
        before_orders: FOUR_LISTS,
        moves: false,
        change_one: Box::new(move || {
            changed.with(|state| {
                let id = state.open()[0];
                state.change(id, "city", "Bixby".into());
            });
        }),
        lose_one: Box::new(move || {
            lost.with(|state| {
                let id = state.open()[1];
                state.set_status(id, "Invoiced");
            });
        }),
        go_in_circles: None,
        _alive: Box::new(simulator),
    }
}

async fn api(orders: usize, name: &'static str, kind: &'static str, more: Value) -> Client {
    some_api(orders, name, kind, more, false).await
}

/// One whose list has only the key of each order and when it changed: the orders are asked for one by one.
async fn thin_api(orders: usize) -> Client {
    some_api(orders, "web-api with a call for each order", "web-api", json!({}), true).await
}

async fn some_api(orders: usize, name: &'static str, kind: &'static str, more: Value, thin: bool) -> Client {
    let auth = web_api::Auth::Header { name: "x-api-key".into(), prefix: "Key ".into(), key: "canary-key-1".into() };
    let paging = web_api::Paging::Cursor;
    let config = web_api::Config { auth, paging, page: 7, thin, ..web_api::Config::orders(orders) };
    let simulator = Arc::new(web_api::Simulator::start(config).await.unwrap());
    let front = Front::start(simulator.address()).await.unwrap();
    let mut description = json!({
        "muster_description": 1,
        "name": "The simulated one",
        "base_url": front.url(&simulator.url(), simulator.address()),
        "auth": { "header": { "name": "x-api-key", "prefix": "Key " } },
        "error": "/error",
        "list": {
            "request": { "path": "/orders", "query": { "open": "1" } },
            "records": "/data/orders",
            "since": { "parameter": "changed_since", "format": "rfc3339" },
            "paging": { "cursor": { "pointer": "/cursor/next", "parameter": "cursor", "more": "/cursor/more" } },
            "page_size": { "parameter": "limit", "size": 7 },
            "complete": true,
        },
        "mapping": {
            "key": "/id", "number": "/ref",
            "fields": { "address1": "/place/street", "city": "/place/town", "state": "/place/region", "zip": "/place/zip",
                        "client_status": "/state",
                        "assigned_to": { "constant": "crew.ann" } },
            "tasks": { "from": "/lines", "name": "/name" },
        },
    });
    if thin {
        let request = json!({ "path": "/orders/{key}" });
        description["detail"] = json!({ "request": request, "record": "/order", "list_tells_changes": true });
    }
    let (changed, lost, circling) = (Arc::clone(&simulator), Arc::clone(&simulator), Arc::clone(&simulator));
    Client {
        name,
        kind,
        settings: with(json!({ "description": description.to_string() }), more),
        secrets: vec![("key", "canary-key-1".to_owned())],
        front: Some(front),
        place: Some("base_url"),
        before_orders: 0,
        moves: false,
        change_one: Box::new(move || changed.with(|state| state.change(1001, "/place/town", "Bixby".into(), far()))),
        lose_one: Box::new(move || lost.with(|state| drop(state.orders.remove(1)))),
        go_in_circles: Some(Box::new(move || {
            circling.with(|state| state.troubles_at("/v2/orders", web_api::Trouble::SameNext, 1_000));
        })),
        _alive: Box::new(simulator),
    }
}

/// Now, or a little later, in seconds of Unix.
fn far() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    i64::try_from(now).unwrap() + 5
}

fn spreadsheet(orders: usize, name: &'static str, kind: &'static str, more: Value) -> Client {
    let folder = tempfile::tempdir().unwrap();
    let sheet = Arc::new(Mutex::new(Sheet { rows: (0..orders).map(|at| (at, "Tulsa")).collect(), saved: 0 }));
    sheet.lock().unwrap().save(folder.path());
    let settings = json!({ "path": folder.path(), "holds_all_open_orders": true });
    let (path, other) = (folder.path().to_owned(), folder.path().to_owned());
    let (changed, lost) = (Arc::clone(&sheet), sheet);
    Client {
        name,
        kind,
        settings: with(settings, more),
        secrets: Vec::new(),
        front: None,
        place: Some("path"),
        before_orders: 0,
        moves: false,
        change_one: Box::new(move || {
            let mut sheet = changed.lock().unwrap();
            sheet.rows[0].1 = "Bixby";
            sheet.save(&path);
        }),
        lose_one: Box::new(move || {
            let mut sheet = lost.lock().unwrap();
            sheet.rows.remove(1);
            sheet.save(&other);
        }),
        go_in_circles: None,
        _alive: Box::new(folder),
    }
}

/// What a client saves as a file, each time under a new name.
struct Sheet {
    rows: Vec<(usize, &'static str)>,
    saved: u64,
}

impl Sheet {
    fn save(&mut self, folder: &Path) {
        self.saved += 1;
        let head = "Work Order Number,Due Date,Address,City,State,Zip,Line Item Description".to_owned();
        let rows =
            self.rows.iter().map(|(at, city)| format!("WO-{at},12/24/2026,{at} Alder Court,{city},OK,74101,Grass cut"));
        let text = std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n");
        let path = folder.join(format!("list {}.csv", self.saved));
        fs::write(&path, text).unwrap();
        // Long ago, so that nobody waits for the file to be finished.
        let moment = SystemTime::UNIX_EPOCH + Duration::from_hours(self.saved);
        fs::File::options().write(true).open(&path).unwrap().set_modified(moment).unwrap();
    }
}

fn sample(orders: usize) -> Client {
    Client {
        name: "sample",
        kind: "sample",
        settings: json!({ "orders": orders }),
        secrets: Vec::new(),
        front: None,
        place: None,
        before_orders: 0,
        moves: true,
        change_one: Box::new(|| {}),
        lose_one: Box::new(|| {}),
        go_in_circles: None,
        _alive: Box::new(()),
    }
}
