//! A walk through every screen of the window, each as somebody might find it on a working day.

use muster_tests::pruvan::{Call, Config, Day, Spell, State};

use crate::support::{ANN, CODE, Office, PASSWORD, Window, until};
use crate::types::{JOBS, saved_long_ago};
use crate::updates::office_of_the_old_release;
use crate::updates::server::{NEXT, Reply, Server, bytes};

/// Walks, and shows `visit` each screen by a name.
pub(crate) async fn tour(mut visit: impl AsyncFnMut(&Window, &str)) {
    let mut office = Office::with(Config::orders(140)).await;
    office
        .show(async |office, window| {
            window.heading("Create the Admin").is_there().await;
            visit(window, "first-start").await;
            window.field("Username").fill(ANN).await;
            window.field("Name").fill("Ann Ortiz").await;
            window.field("Password").fill(PASSWORD).await;
            window.field("Password again").fill(PASSWORD).await;
            window.button("Create Admin").press().await;
            window.sees("No integration yet").await;
            visit(window, "integrations-empty").await;

            set_up(office, window, &mut visit).await;
            fill(office).await;
            window.sees("3 integrations").await;
            integrations(office, window, &mut visit).await;
            projects(window, &mut visit).await;
            imports(window, &mut visit).await;

            window.go("Users").await;
            window.cell("Users", "bob", "Role").press().await;
            visit(window, "users").await;
            window.button("New user").press().await;
            window.dialog("New user").is_there().await;
            visit(window, "new-user").await;
            window.button("Cancel").press().await;
            settings(window, &mut visit).await;
            window.button("Sign out").press().await;
            window.heading("Sign in").is_there().await;
            visit(window, "sign-in").await;
        })
        .await;
    cannot_be_opened(&mut visit).await;
    updates(&mut visit).await;
}

/// A new integration, from the cards to its first Full Import.
async fn set_up(office: &Office, window: &Window, visit: &mut impl AsyncFnMut(&Window, &str)) {
    let known = office.client.credentials();
    window.button("New integration").press_first().await;
    window.button("Pruvan web service").is_there().await;
    visit(window, "integration-types").await;
    forms(window, visit).await;
    window.button("Pruvan web service").press().await;
    window.field("Integration name").fill("Northwind Field Services").await;
    window.field("Integration code").fill(CODE).await;
    window.field("Web service URL").fill(&office.client.url()).await;
    window.field("Username").fill(&known.username).await;
    window.field("Password").fill("not-this-one").await;
    window.button("Validate").press().await;
    window.sees("Wrong credentials.").await;
    visit(window, "set-up-wrong-credentials").await;
    window.field("Password").fill(&known.password).await;
    window.button("Validate").press().await;
    window.sees("These values work.").await;
    visit(window, "set-up").await;
    window.button("Save").press().await;
    window.dialog("Run a Full Import now?").is_there().await;
    window.button("Full Import").press_first().await;
    window.sees("to add 140").await;
    window.button("Import").press().await;
    window.sees("140 added").await;
    let gone = office.with_client(|client| {
        let gone = client.orders.remove_some(12, 1).len();
        client.orders.change_some(9, 1);
        client.orders.add(11);
        gone
    });
    window.cell("Integrations", CODE, "Integration Code").press().await;
    window.button("Full Import").press().await;
    window.sees(&format!("To remove: {gone} projects")).await;
    visit(window, "preview").await;
    window.button("Cancel").press().await;
    window.dialog("Full Import: NWF").is_gone().await;
}

/// The forms of the types that have something of their own.
async fn forms(window: &Window, visit: &mut impl AsyncFnMut(&Window, &str)) {
    for (card, road, screen) in [
        ("PPW", None, "set-up-ppw"),
        ("MCS", None, "set-up-mcs"),
        ("XactPRM", Some("Through a spreadsheet"), "set-up-xactprm"),
        ("Web API", None, "set-up-web-api"),
        ("Pruvan Online account", None, "set-up-pruvan-online"),
    ] {
        window.button(card).press().await;
        window.sees("Before you start").await;
        if let Some(road) = road {
            window.radio(road).press().await;
        }
        visit(window, screen).await;
        window.button("Other type").press().await;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let jobs = saved_long_ago(&folder, "jobs.csv", JOBS);
    window.button("Spreadsheet").press().await;
    window.field("File or folder").fill(&jobs.display().to_string()).await;
    window.button("Show the first records").press().await;
    window.choice("Read Gate as").choose("Info").await;
    window.sees("1 column corrected by hand.").await;
    let show =
        "[...document.querySelectorAll('h3')].find((one) => one.textContent === 'First records').scrollIntoView()";
    window.run(show, &[]).await;
    visit(window, "first-records").await;
    window.button("Other type").press().await;
}

/// What has gathered after a while.
async fn fill(office: &Office) {
    office.muster(&["integration", "add", "--type", "sample", "--code", "SAMPLE", "--name", "Sample client"]).await;
    office.muster(&["full-import", "SAMPLE"]).await;
    let known = office.client.credentials();
    let (url, user) = (format!("url={}", office.client.url()), format!("username={}", known.username));
    let contoso =
        ["integration", "add", "--type", "pruvan", "--code", "CONTOSO", "--name", "Contoso REO", "--set", &url];
    office.muster(&[&contoso[..], &["--set", &user, "--secret", "password=env:CLIENT_PASSWORD"]].concat()).await;
    office.muster(&["full-import", "CONTOSO"]).await;
    for (name, role) in [("bob", "staff"), ("cem", "crew"), ("dora", "crew")] {
        office.muster(&["user", "add", name, "--role", role, "--email", &format!("{name}@example.com")]).await;
    }
}

async fn integrations(office: &Office, window: &Window, visit: &mut impl AsyncFnMut(&Window, &str)) {
    window.cell("Integrations", CODE, "Status").reads("idle").await;
    window.cell("Integrations", "SAMPLE", "Last Refreshed").press().await;
    visit(window, "integrations").await;
    window.button("Delete").press().await;
    window.dialog("Delete Sample client?").is_there().await;
    visit(window, "delete").await;
    window.button("Cancel").press().await;
    window.button("Publish To: NWF, 0 people").press().await;
    for person in ["pat@northwind.example", "dora"] {
        window.field("E-mail address or username").fill(person).await;
        window.button("Add").press().await;
        window.sees(person).await;
    }
    window.button("Publish To: NWF, 2 people").is_there().await;
    visit(window, "publish-to").await;
    window.button("Close panel").press().await;

    // A bad day: a client that refuses, and one whose list has shrunk.
    let message = "The nightly rebuild of the list is still running.".into();
    let day = Day::ErrorWithOrders { message, before: true };
    office.with_client(|client| client.plan(Spell::always(day).on(Call::GetWorkOrders)));
    window.button_in("Integrations", "CONTOSO", "Action").press().await;
    window.cell("Integrations", "CONTOSO", "Status").reads("error").await;
    office.with_client(State::clear_days);
    office.with_client(|client| client.orders.remove(0.4, 1));
    office.muster(&["full-import", CODE]).await;
    window.cell("Integrations", CODE, "Status").reads("needs confirmation").await;
    window.cell("Integrations", "CONTOSO", "Integration Code").press().await;
    visit(window, "integrations-failing").await;
    window.button_in("Integrations", CODE, "Status").press().await;
    window.button("Keep them").is_there().await;
    visit(window, "removals").await;
    window.button("Close").press().await;
}

async fn projects(window: &Window, visit: &mut impl AsyncFnMut(&Window, &str)) {
    window.go("Projects").await;
    window.cell("Projects", "CONTOSO::100005", "Status").is_there().await;
    visit(window, "projects").await;
    window.cell("Projects", "CONTOSO::100005", "Project Number").press_twice().await;
    window.heading("History").is_there().await;
    visit(window, "project").await;
    window.button("Edit").press().await;
    window.field("Assigned To").is_there().await;
    visit(window, "project-edit").await;
    window.button("Cancel").press().await;
    window.button("Columns").press().await;
    window.dialog("Columns").is_there().await;
    visit(window, "columns").await;
    window.key(crate::support::Key::Escape).await;
    window.dialog("Columns").is_gone().await;
    window.field("Search").fill("there is no such project").await;
    window.sees("Nothing matches").await;
    visit(window, "projects-none").await;
    window.button("Clear filters").press_first().await;
}

async fn imports(window: &Window, visit: &mut impl AsyncFnMut(&Window, &str)) {
    window.go("Imports").await;
    window.cell("Imports", "CONTOSO", "Kind").is_there().await;
    visit(window, "imports").await;
    window.cell("Imports", "CONTOSO", "Kind").press().await;
    window.button("Open").press().await;
    window.sees("The nightly rebuild of the list is still running.").await;
    visit(window, "import").await;
    window.button("Close panel").press().await;
    window.button("Look at them: the removals of NWF").press().await;
    window.button("Remove these projects").press().await;
    window.sees("They can be brought back for a year.").await;
    window.tab("Removed projects").press().await;
    window.checkbox("Select all that are shown").is_there().await;
    visit(window, "removed-projects").await;
}

async fn settings(window: &Window, visit: &mut impl AsyncFnMut(&Window, &str)) {
    window.go("Settings").await;
    window.button("New work type").press().await;
    window.dialog("New work type").is_there().await;
    window.field("Name").fill("Grass cut").await;
    window.button("Add task").press().await;
    window.field("Task name").fill("Cut the grass").await;
    window.field("Task instructions").fill("Two inches or less; photos before and after.").await;
    visit(window, "work-type").await;
    window.button("Save").press().await;
    window.dialog("New work type").is_gone().await;
    visit(window, "settings").await;
}

async fn cannot_be_opened(visit: &mut impl AsyncFnMut(&Window, &str)) {
    let mut office = Office::new(1).await;
    office.break_database();
    office
        .show(async |_, window| {
            window.heading("The list cannot be opened").is_there().await;
            visit(window, "cannot-be-opened").await;
        })
        .await;
}

/// A release that has found the next one.
async fn updates(visit: &mut impl AsyncFnMut(&Window, &str)) {
    let server = Server::start().await;
    let mut office = office_of_the_old_release(3).await;
    let mut list = server.list(NEXT, "good.sig", "/program");
    list["notes"] = "- A Full Import says how long it will take\n- PPW: cancelled orders are closed a day earlier\n\n\
                     Nothing has to be done by hand."
        .into();
    server.put("/program", Reply::of(bytes(NEXT)));
    server.put("/stable.json", Reply::of(list.to_string()));
    office
        .show(async |_, window| {
            window.sign_in(ANN).await;
            window.button("Update ready").press().await;
            window.dialog("Muster 0.2.0").is_there().await;
            visit(window, "update-ready").await;
            window.button("Later").press().await;
            window.go("Settings").await;
            let into_sight = "document.querySelector('section[aria-label=Updates]').scrollIntoView({ block: 'end' })";
            window.run(into_sight, &[]).await;
            visit(window, "settings-updates").await;
        })
        .await;
}

/// Gives the window these colours, and waits until it is drawn with them.
pub(crate) async fn paint(window: &Window, colours: &str) {
    window.run("document.documentElement.dataset.theme = arguments[0]", &[colours.into()]).await;
    until("nothing moves any more", async || {
        let moving = "return document.getAnimations().some((one) => one.playState === 'running'
            && one.effect.getComputedTiming().endTime !== Infinity)";
        (window.run(moving, &[]).await == false).then_some(())
    })
    .await;
    let drawn = "for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)";
    window.ask(drawn, &[]).await;
}
