//! Every client system, by every road, in the hands of an admin: from its card to the first Refresh.

use serde_json::Value;

use crate::axe::violations;
use crate::clients::{self, Client};
use crate::support::{ANN, Office, Window};
use crate::tour::paint;

const NEW: &str = "NEW";
const ORDERS: usize = 4;

/// What an admin sees of a type.
struct Shown {
    /// The client system, by its name among those of the contract's tests.
    client: &'static str,
    card: &'static str,
    /// What the road is called, if there are several.
    road: Option<&'static str>,
    /// Some of its fields, and some that belong to another road.
    fields: &'static [&'static str],
    others: &'static [&'static str],
}

#[tokio::test]
async fn ppw() {
    let fields = &["Address", "Username", "Password"];
    tried_out(Shown { client: "ppw", card: "PPW", road: None, fields, others: &[] }).await;
}

#[tokio::test]
async fn mcs_through_ppw() {
    let fields = &["Address", "Username", "Password"];
    let others = &["File or folder", "Key", "Base URL"];
    tried_out(Shown { client: "mcs by ppw", card: "MCS", road: Some("Through PPW"), fields, others }).await;
}

#[tokio::test]
async fn mcs_through_a_spreadsheet() {
    let fields = &["File or folder", "Names of the files"];
    let others = &["Address", "Username", "Password", "Key"];
    let road = Some("Through a spreadsheet");
    tried_out(Shown { client: "mcs by a spreadsheet", card: "MCS", road, fields, others }).await;
}

#[tokio::test]
async fn mcs_directly() {
    let fields = &["Base URL", "Key"];
    let others = &["File or folder", "Address"];
    tried_out(Shown { client: "mcs directly", card: "MCS", road: Some("Directly"), fields, others }).await;
}

#[tokio::test]
async fn xactprm_through_a_spreadsheet() {
    let fields = &["File or folder", "Names of the files"];
    let others = &["Base URL", "Key"];
    let road = Some("Through a spreadsheet");
    tried_out(Shown { client: "xactprm by a spreadsheet", card: "XactPRM", road, fields, others }).await;
}

#[tokio::test]
async fn xactprm_directly() {
    let fields = &["Base URL", "Key"];
    let others = &["File or folder"];
    tried_out(Shown { client: "xactprm directly", card: "XactPRM", road: Some("Directly"), fields, others }).await;
}

#[tokio::test]
async fn a_spreadsheet() {
    let fields = &["File or folder", "Names of the files"];
    tried_out(Shown { client: "spreadsheet", card: "Spreadsheet", road: None, fields, others: &[] }).await;
}

#[tokio::test]
async fn a_web_api() {
    let fields = &["Base URL", "Key"];
    tried_out(Shown { client: "web-api", card: "Web API", road: None, fields, others: &[] }).await;
}

/// Sets it up, imports everything, refreshes, and imports everything again once an order is gone.
async fn tried_out(shown: Shown) {
    let client = clients::all(ORDERS).await.into_iter().find(|client| client.name == shown.client);
    let client = client.expect("a client system of that name");
    let mut office = Office::with_admin(1).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            choose(window, &shown).await;
            let form = Form::of(office, &client).await;
            form.fill(window).await;
            wrong_at_first(window, &form, &client).await;
            window.button("Validate").press().await;
            window.sees("These values work.").await;
            look(window, &shown).await;
            window.button("Save").press().await;

            window.dialog("Run a Full Import now?").is_there().await;
            window.button("Full Import").press_first().await;
            window.sees(&format!("to add {ORDERS}")).await;
            assert!(office.numbers().await.is_empty(), "nothing has changed yet");
            window.button("Import").press().await;
            window.sees(&format!("Full Import of {NEW}: {ORDERS} added")).await;
            assert_eq!(office.numbers().await.len(), ORDERS);

            client.change_one();
            window.button_in("Integrations", NEW, "Action").press().await;
            window.sees("is refreshed: 1 changed").await;

            client.lose_one();
            window.cell("Integrations", NEW, "Integration Code").press().await;
            window.button("Full Import").press().await;
            window.sees("To remove: 1 project").await;
            window.button("Import and remove 1").press().await;
            window.sees("1 removed").await;
            assert_eq!(office.numbers().await.len(), ORDERS - 1);
        })
        .await;
}

/// From the page to the form, by the card; a road is chosen there.
async fn choose(window: &Window, shown: &Shown) {
    window.go("Integrations").await;
    window.button("New integration").press_first().await;
    window.dialog("New integration").is_there().await;
    window.button(shown.card).press().await;
    window.sees("Before you start").await;
    window.sees("Never tried").await;
    if let Some(road) = shown.road {
        for field in shown.fields.iter().chain(shown.others) {
            assert!(!window.field(field).is_here().await, "{field} is shown before a road is chosen");
        }
        window.choice("Road").choose(road).await;
    }
    for field in shown.fields {
        window.field(field).is_there().await;
    }
    for field in shown.others {
        window.field(field).is_gone().await;
    }
}

/// What is wrong is said where it is wrong: at the secret, or at the path of a type without secrets.
async fn wrong_at_first(window: &Window, form: &Form, client: &Client) {
    let (at, wrong) = match client.secrets.first() {
        Some((name, _)) => (form.title(name), "not-the-right-one"),
        None => (form.title("path"), "/there/is/nothing"),
    };
    let right = window.field(&at).value().await;
    window.field(&at).fill(wrong).await;
    window.button("Validate").press().await;
    // Whatever the client says; it is not empty.
    window.field(&at).says(" ").await;
    assert!(!window.button("Save").is_enabled().await, "Save waits for good values");
    window.field(&at).fill(&right).await;
}

/// The first records, where the road has them, and the whole form in both colours.
async fn look(window: &Window, shown: &Shown) {
    if window.button("Show the first records").is_here().await {
        window.button("Show the first records").press().await;
        window.heading("What they become").is_there().await;
    } else {
        assert!(["ppw", "mcs by ppw"].contains(&shown.client), "{} shows its first records", shown.client);
    }
    for colours in ["light", "dark"] {
        paint(window, colours).await;
        let found = violations(window).await;
        assert!(found.is_empty(), "{colours}: {found:#?}");
    }
    paint(window, "light").await;
}

/// The settings of a client system as fields of the form.
struct Form {
    properties: Value,
    settings: Vec<(String, Value)>,
    secrets: Vec<(String, String)>,
}

impl Form {
    async fn of(office: &Office, client: &Client) -> Self {
        let types = office.muster(&["types"]).await;
        let kind = types.as_array().into_iter().flatten().find(|one| one["name"] == client.kind).expect("the type");
        let settings = client.settings.as_object().expect("settings are an object").clone();
        let secrets = client.secrets.iter().map(|(name, secret)| ((*name).to_owned(), secret.clone()));
        Self {
            properties: kind["settings"]["properties"].clone(),
            settings: settings.into_iter().filter(|(name, _)| name != "road").collect(),
            secrets: secrets.collect(),
        }
    }

    /// What a setting is called on the screen.
    fn title(&self, name: &str) -> String {
        let title = self.properties[name]["title"].as_str();
        title.unwrap_or_else(|| panic!("{name} has no title: {}", self.properties)).to_owned()
    }

    async fn fill(&self, window: &Window) {
        window.field("Integration name").fill("A new client").await;
        window.field("Integration code").fill(NEW).await;
        for (name, value) in &self.settings {
            let title = self.title(name);
            match value {
                Value::Bool(true) => window.checkbox(&title).press().await,
                Value::String(text) => window.field(&title).fill(text).await,
                other => panic!("{name}: {other}"),
            }
        }
        for (name, secret) in &self.secrets {
            window.field(&self.title(name)).fill(secret).await;
        }
    }
}
