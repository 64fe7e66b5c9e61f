//! Every client system, by every road, in the hands of an admin: from its card to the first Refresh.

use std::path::PathBuf;
use std::time::SystemTime;

use serde_json::Value;
use tempfile::TempDir;

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
        window.radio(road).press().await;
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
    kind: &'static str,
    properties: Value,
    settings: Vec<(String, Value)>,
    secrets: Vec<(String, String)>,
    /// Holds the file of a description.
    folder: TempDir,
}

impl Form {
    async fn of(office: &Office, client: &Client) -> Self {
        let types = office.muster(&["types"]).await;
        let kind = types.as_array().into_iter().flatten().find(|one| one["type"] == client.kind).expect("the type");
        let settings = client.settings.as_object().expect("settings are an object").clone();
        let secrets = client.secrets.iter().map(|(name, secret)| ((*name).to_owned(), secret.clone()));
        Self {
            kind: client.kind,
            properties: kind["schema"]["properties"].clone(),
            settings: settings.into_iter().filter(|(name, _)| name != "road").collect(),
            secrets: secrets.collect(),
            folder: tempfile::tempdir().expect("a folder"),
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
                Value::String(text) if name == "description" => self.describe(window, text).await,
                Value::String(text) => window.field(&title).fill(text).await,
                other => panic!("{name}: {other}"),
            }
        }
        for (name, secret) in &self.secrets {
            window.field(&self.title(name)).fill(secret).await;
        }
    }

    /// A description is a file; where a road needs one it is pasted.
    async fn describe(&self, window: &Window, text: &str) {
        if self.kind == "web-api" {
            let file = self.folder.path().join("description.json");
            std::fs::write(&file, text).expect("it can be written");
            window.choice("Description").choose("A file").await;
            window.field("File of the description").fill(&file.display().to_string()).await;
        } else {
            window.choice("Description").choose("A text that I paste here").await;
            window.field("Text of the description").fill(text).await;
        }
    }
}

/// A list with headers that nobody knows, and one that looks like something else.
pub(crate) const JOBS: &str = "Job No,Street,Town,State,Zip,Remark,Gate\n\
                    J-1,1 Alder Court,Tulsa,OK,74101,Beware of the dog,1234\n\
                    J-2,2 Alder Court,Tulsa,OK,74101,,5678\n";

/// Opens the form of a new integration with a spreadsheet, by that card, and fills it.
async fn new_list(window: &Window, card: &str, code: &str, path: &std::path::Path) {
    window.button("New integration").press_first().await;
    window.button(card).press().await;
    window.field("Integration code").fill(code).await;
    window.field("File or folder").fill(&path.display().to_string()).await;
}

/// A file that nobody waits for to be finished.
pub(crate) fn saved_long_ago(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("it can be written");
    let file = std::fs::File::options().write(true).open(&path).expect("it is there");
    file.set_modified(SystemTime::UNIX_EPOCH).expect("it can be older");
    path
}

#[tokio::test]
async fn a_column_is_read_as_an_admin_says_and_that_is_kept_as_a_preset() {
    let mut office = Office::with_admin(1).await;
    let folder = tempfile::tempdir().expect("a folder");
    let jobs = saved_long_ago(&folder, "jobs.csv", JOBS);
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Integrations").await;
            new_list(window, "Spreadsheet", NEW, &jobs).await;
            window.button("Show the first records").press().await;
            window.heading("What they become").is_there().await;
            window.sees("7 columns, 2 records.").await;
            window.sees_no("corrected by hand").await;
            assert!(!window.text().await.contains("Info: 1234"), "nobody knows what a gate is");

            window.choice("Read Gate as").choose("Info").await;
            window.sees("1 column corrected by hand.").await;
            window.sees("Info: 1234").await;
            window.choice("Read Town as").choose("City").await;
            window.choice("Read Remark as").choose("Left out").await;
            window.sees("3 columns corrected by hand.").await;
            window.sees("City: Tulsa").await;

            window.button("Save as a preset").press().await;
            window.field("Name of the preset").fill("Not A Name").await;
            window.button("Save the preset").press().await;
            window.field("Name of the preset").says("small letters").await;
            window.field("Name of the preset").fill("our-jobs").await;
            window.button("Save the preset").press().await;
            window.sees("The preset our-jobs is saved.").await;
            window.sees_no("corrected by hand").await;
            assert_eq!(window.choice("Preset").value().await, "our-jobs");
            window.sees("City: Tulsa").await;

            window.button("Validate").press().await;
            window.sees("These values work.").await;
            window.button("Save").press().await;
            window.button("Full Import").press_first().await;
            window.sees("to add 2").await;
            window.button("Import").press().await;
            window.sees("2 added").await;
            let saved = office.muster(&["integration", "show", NEW]).await;
            assert_eq!(saved["settings"]["preset"], "our-jobs", "{saved}");
            let shown = office.muster(&["projects", "show", &format!("{NEW}::J-1")]).await.to_string();
            assert!(shown.contains("1234") && !shown.contains("Beware"), "{shown}");

            // The next one has it to choose from.
            new_list(window, "Spreadsheet", "NEXT", &jobs).await;
            window.choice("Preset").choose("our-jobs (yours)").await;
            window.button("Show the first records").press().await;
            window.sees("City: Tulsa").await;
            window.button("Cancel").press().await;
            window.button("Discard").press().await;
        })
        .await;
}

/// What Pruvan Online exports, with its own headers.
const ONLINE: &str = "Project Number,Due Date,Address 1,City,State,ZIP,Info,Status,Field Status,Client Status,Tasks,Client Code\n\
                      OLD::77,12/24/2026,1 Alder Court,Tulsa,OK,74101,,Assigned,,Open,\"[{\"\"serviceName\"\":\"\"Grass cut\"\"}]\",OLD\n";

#[tokio::test]
async fn the_list_of_a_pruvan_online_account_comes_along() {
    let mut office = Office::with_admin(1).await;
    let folder = tempfile::tempdir().expect("a folder");
    let export = saved_long_ago(&folder, "projects.csv", ONLINE);
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Integrations").await;
            new_list(window, "Pruvan Online account", "ONLINE", &export).await;
            assert_eq!(window.choice("Preset").value().await, "pruvan-online");
            window.sees("open the Project Manager").await;
            window.button("Show the first records").press().await;
            window.sees("Tasks: Grass cut").await;
            window.button("Validate").press().await;
            window.sees("These values work.").await;
            window.button("Save").press().await;
            window.button("Full Import").press_first().await;
            window.sees("to add 1").await;
            window.button("Import").press().await;
            window.sees("1 added").await;
            assert_eq!(office.numbers().await, ["OLD::77"], "filed under its own code");
        })
        .await;
}
