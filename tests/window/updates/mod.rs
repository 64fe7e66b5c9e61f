//! An installed Muster becomes the next version, with its data; and what is not the next version is refused. The two releases
//! are built for this (`xtask/src/two_releases.rs`): an old one with the address and the key of the updates, and a newer one.

pub(crate) mod server;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::Notify;

use crate::support::display::Display;
use crate::support::{ANN, CODE, Office, Window, until};
use server::{NEXT, OLD, Reply, Server, bytes, made};

const READY: &str = "Update ready";

/// What is wrong, what makes it so, and a part of what the window says.
type BadDay<'a> = (&'a str, Box<dyn Fn() + 'a>, &'a str);

/// An office in which the old release is installed.
pub(crate) async fn office_of_the_old_release(orders: usize) -> Office {
    let mut office = Office::with_projects(orders).await;
    office.program = install(&office);
    office
}

fn install(office: &Office) -> PathBuf {
    let folder = office.home().join("Muster");
    std::fs::create_dir(&folder).unwrap();
    let program = folder.join("muster-desktop");
    std::fs::copy(made(OLD), &program).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

/// Whether the program that is installed is this release.
fn is(office: &Office, version: &str) -> bool {
    std::fs::read(&office.program).is_ok_and(|there| there == bytes(version))
}

/// Whether something waits to be installed.
fn is_kept(office: &Office) -> bool {
    office.data().join("updates/program").exists()
}

/// The pages of this version have begun.
async fn begins(office: &Office, version: &str) {
    let line = format!("a page begins version=\"{version}\"");
    until(&line, async || office.log().contains(&line).then_some(())).await;
}

/// The programs that run from there. One that started anew is nobody's child.
fn processes(program: &Path) -> Vec<i32> {
    let all = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let numbers = all.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok());
    numbers
        .filter(|id| {
            let runs = std::fs::read_link(format!("/proc/{id}/exe"));
            runs.is_ok_and(|runs| runs.parent() == program.parent())
        })
        .collect()
}

/// What that process has started.
fn children(of: i32) -> Vec<i32> {
    let list = std::fs::read_to_string(format!("/proc/{of}/task/{of}/children"));
    list.unwrap_or_default().split_whitespace().filter_map(|id| id.parse().ok()).collect()
}

fn kill(id: i32, signal: Signal) {
    // It may have ended by itself.
    let _ = kill_process(Pid::from_raw(id).unwrap(), signal);
}

async fn end_all(program: &Path) {
    for id in processes(program) {
        kill(id, Signal::TERM);
    }
    until("all have ended", async || processes(program).is_empty().then_some(())).await;
}

/// Starts the installed program without a driver, as a person does.
async fn start(office: &Office) -> (Display, tokio::process::Child) {
    let display = Display::start().await;
    let mut program = Command::new(&office.program);
    office.settle(&mut program);
    program.env("DISPLAY", &display.name).env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1");
    let child = program.env_remove("WAYLAND_DISPLAY").spawn().unwrap();
    (display, child)
}

/// What a page would show of the updates.
async fn updating(window: &Window) -> Value {
    window.invoke("updating", &json!({})).await["ok"].clone()
}

#[tokio::test]
async fn an_installed_muster_becomes_the_next_version_with_its_data() {
    let server = Server::start().await;
    server.offer(NEXT, "good.sig", Reply::of(bytes(NEXT)));
    let office = office_of_the_old_release(5).await;
    let before = office.numbers().await;

    let window = Window::open(&office).await;
    window.sign_in(ANN).await;
    window.button(READY).press().await;
    window.dialog("Muster 0.2.0").is_there().await;
    window.sees("- Opens faster").await;
    window.sees("<b>Not bold</b> <img src=x onerror=alert(1)>").await;
    window.button("Restart now").press().await;
    begins(&office, NEXT).await;
    drop(window);
    end_all(&office.program).await;
    assert!(is(&office, NEXT) && !is_kept(&office));

    let window = Window::open(&office).await;
    window.sign_in(ANN).await;
    window.go("Settings").await;
    window.sees("Muster 0.2.0").await;
    window.sees("This is the newest version.").await;
    assert_eq!(office.numbers().await, before);
    assert_eq!(office.faults(), [""; 0]);
    window.close().await;
}

#[tokio::test]
async fn what_waits_is_installed_at_the_next_start_once_and_without_the_server() {
    let server = Server::start().await;
    server.offer(NEXT, "good.sig", Reply::of(bytes(NEXT)));
    let office = office_of_the_old_release(3).await;
    let (_display, first) = start(&office).await;
    until("it is kept", async || office.data().join("updates/release.json").exists().then_some(())).await;
    begins(&office, OLD).await;
    drop(first);
    end_all(&office.program).await;
    assert!(is(&office, OLD), "not without a restart");
    let asked = server.asked("/program");
    drop(server);

    let (_display, _second) = start(&office).await;
    begins(&office, NEXT).await;
    end_all(&office.program).await;
    assert!(is(&office, NEXT) && !is_kept(&office));
    assert_eq!((asked, office.numbers().await.len()), (1, 3));
}

/// The old release has fetched the next one, and was closed.
async fn office_in_which_it_waits(server: &Server) -> Office {
    server.offer(NEXT, "good.sig", Reply::of(bytes(NEXT)));
    let office = office_of_the_old_release(1).await;
    let (_display, _program) = start(&office).await;
    until("it is kept", async || office.data().join("updates/release.json").exists().then_some(())).await;
    end_all(&office.program).await;
    office
}

#[tokio::test]
async fn what_was_taken_back_is_not_installed_at_the_next_start() {
    let server = Server::start().await;
    let mut office = office_in_which_it_waits(&server).await;
    server.put("/stable.json", Reply::of(server.list(OLD, "good.sig", "/program").to_string()));
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Settings").await;
            window.sees("This is the newest version.").await;
            assert!(is(office, OLD) && !is_kept(office));
        })
        .await;
}

#[tokio::test]
async fn what_was_damaged_on_the_disk_is_fetched_again() {
    let server = Server::start().await;
    let mut office = office_in_which_it_waits(&server).await;
    let kept = office.data().join("updates/program");
    let mut damaged = std::fs::read(&kept).unwrap();
    damaged.truncate(damaged.len() / 2);
    std::fs::write(&kept, damaged).unwrap();
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            until("it is fetched again", async || (server.asked("/program") == 2).then_some(())).await;
            until("it is kept", async || (std::fs::read(&kept).ok() == Some(bytes(NEXT))).then_some(())).await;
            until("it is ready", async || (updating(window).await["stage"]["stage"] == "ready").then_some(())).await;
            assert!(is(office, OLD));
            window.button("Update failed").press().await;
            window.sees("It is fetched again").await;
            // And nothing stands in its way now.
            window.button("Restart now").is_there().await;
        })
        .await;
}

#[tokio::test]
async fn a_version_that_does_not_get_in_is_tried_once_and_told() {
    let server = Server::start().await;
    // Signed by the right people, and yet no program.
    server.offer(NEXT, "no-program.sig", Reply::of(bytes("no-program")));
    let mut office = office_of_the_old_release(1).await;
    office
        .show(async |_, window| {
            window.sign_in(ANN).await;
            window.button(READY).is_there().await;
        })
        .await;
    for words in ["is no program", "was to be installed at an earlier start"] {
        office
            .show(async |office, window| {
                window.sign_in(ANN).await;
                window.button("Update failed").press().await;
                window.sees(words).await;
                assert!(is(office, OLD));
            })
            .await;
    }
}

#[tokio::test]
async fn nothing_is_installed_while_an_import_runs() {
    let server = Server::start().await;
    server.offer(NEXT, "good.sig", Reply::of(bytes(NEXT)));
    let mut office = office_of_the_old_release(5).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Integrations").await;
            // A preview is an import that waits for a person.
            window.cell("Integrations", CODE, "Integration Code").press().await;
            window.button("Full Import").press().await;
            window.button("Import").is_there().await;
            until("it is ready", async || (updating(window).await["stage"]["stage"] == "ready").then_some(())).await;
            let answer = window.invoke("restart_with_update", &json!({})).await;
            assert_eq!(answer["error"]["code"], "conflict", "{answer}");
            window.button("Cancel").press().await;
            assert!(is(office, OLD) && is_kept(office));
        })
        .await;
}

#[tokio::test]
async fn a_muster_whose_list_cannot_be_opened_can_still_be_updated() {
    let server = Server::start().await;
    let mut office = Office::new(0).await;
    office.program = install(&office);
    office.break_database();
    let window = Window::open(&office).await;
    window.heading("The list cannot be opened").is_there().await;
    server.offer(NEXT, "good.sig", Reply::of(bytes(NEXT)));
    window.button("Check for an update").press().await;
    window.button(READY).press().await;
    window.button("Restart now").press().await;
    begins(&office, NEXT).await;
    drop(window);
    end_all(&office.program).await;
    assert!(is(&office, NEXT));
}

#[tokio::test]
async fn a_page_that_is_broken_does_not_keep_the_next_version_away() {
    let server = Server::start().await;
    let gate = Arc::new(Notify::new());
    server.offer(NEXT, "good.sig", Reply::of(bytes(NEXT)).behind(&gate));
    let office = office_of_the_old_release(1).await;
    let window = Window::open(&office).await;
    until("it is on its way", async || (server.asked("/program") == 1).then_some(())).await;
    // What draws the page and runs its scripts is a process of its own.
    for id in processes(&office.program).into_iter().flat_map(children) {
        kill(id, Signal::KILL);
    }
    let without_a_page = window.picture().await;
    gate.notify_one();
    let line = "asking in a window of the system";
    until(line, async || office.log().contains(line).then_some(())).await;
    until("the question is shown", async || (window.picture().await != without_a_page).then_some(())).await;
    end_all(&office.program).await;
}

#[tokio::test]
async fn the_beta_channel_is_asked_when_an_admin_chooses_it() {
    let server = Server::start().await;
    server.put("/stable.json", Reply::of(server.list(OLD, "good.sig", "/program").to_string()));
    server.put("/program", Reply::of(bytes(NEXT)));
    server.put("/beta.json", Reply::of(server.list(NEXT, "good.sig", "/program").to_string()));
    let mut office = office_of_the_old_release(1).await;
    office
        .show(async |_, window| {
            window.sign_in(ANN).await;
            window.go("Settings").await;
            window.sees("This is the newest version.").await;
            window.radio("Beta").press().await;
            window.button(READY).is_there().await;
            // What the chosen channel does not have is not kept.
            window.radio("Stable").press().await;
            window.sees("This is the newest version.").await;
        })
        .await;
    assert!(!is_kept(&office));
    assert_eq!(server.asked("/beta.json"), 1);
}

#[tokio::test]
async fn whatever_is_not_the_next_version_is_refused_and_told() {
    let server = Server::start().await;
    let good = Reply::of(bytes(NEXT));
    let mut tampered = bytes(NEXT);
    let middle = tampered.len() / 2;
    tampered[middle] ^= 1;
    let list = |version: &str| server.list(version, "good.sig", "/program");
    let mut elsewhere = list(NEXT);
    elsewhere["platforms"] = json!({ "plan9-mips": elsewhere["platforms"]["linux-x86_64"] });
    let mut local = list(NEXT);
    local["platforms"]["linux-x86_64"]["url"] = json!(format!("file://{}", made(NEXT).display()));
    let mut not_signed = list(NEXT);
    not_signed["platforms"]["linux-x86_64"]["signature"] = json!("bm8gc2lnbmF0dXJl");
    let stable = |body: &[u8]| server.put("/stable.json", Reply::of(body));
    let is_refused = "Muster stays as it is.";

    let bad_days: Vec<BadDay> = vec![
        ("a tampered program", Box::new(|| server.offer(NEXT, "good.sig", Reply::of(tampered.clone()))), is_refused),
        ("another key", Box::new(|| server.offer(NEXT, "other.sig", good.clone())), is_refused),
        (
            "an old signature",
            Box::new(|| server.offer("0.3.0", "good.sig", good.clone())),
            "is signed as version 0.2.0",
        ),
        (
            "no version signed",
            Box::new(|| server.offer(NEXT, "unversioned.sig", good.clone())),
            "does not say which version",
        ),
        ("no signature", Box::new(|| stable(not_signed.to_string().as_bytes())), is_refused),
        (
            "a cut download",
            Box::new(|| server.offer(NEXT, "good.sig", Reply::of(&bytes(NEXT)[..middle]).promising(middle * 2))),
            "broke off",
        ),
        (
            "no download",
            Box::new(|| server.offer(NEXT, "good.sig", Reply::status("404 Not Found"))),
            "did not hand out",
        ),
        (
            "far too large",
            Box::new(|| server.offer(NEXT, "good.sig", good.clone().promising(1 << 40))),
            "larger than any",
        ),
        ("a file of this computer", Box::new(|| stable(local.to_string().as_bytes())), "is not asked"),
        ("other computers", Box::new(|| stable(elsewhere.to_string().as_bytes())), "not for this kind of computer"),
        ("no list", Box::new(|| server.put("/stable.json", Reply::status("404 Not Found"))), "has no list of versions"),
        ("a list without end", Box::new(|| stable(&vec![b' '; 3_000_000])), "larger than"),
        (
            "a version without end",
            Box::new(|| stable(list(&format!("1.0.0-{}", "a".repeat(9_999))).to_string().as_bytes())),
            "cannot be read",
        ),
        ("garbage", Box::new(|| stable(b"<html>maintenance</html>")), "cannot be read"),
        ("an empty list", Box::new(|| stable(b"{}")), "cannot be read"),
        (
            "a version that is none",
            Box::new(|| stable(list("99999999999999999999.0.0").to_string().as_bytes())),
            "cannot be read",
        ),
    ];
    let mut office = office_of_the_old_release(1).await;
    stable(list(OLD).to_string().as_bytes());
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Settings").await;
            window.sees("This is the newest version.").await;
            for (what, play, words) in &bad_days {
                play();
                window.button("Check for updates").press().await;
                window.sees(words).await;
                println!("{what}: {}", updating(window).await["problem"]["words"]);
                assert!(is(office, OLD) && !is_kept(office), "{what}");
                stable(list(OLD).to_string().as_bytes());
                window.button("Check for updates").press().await;
                window.sees_no(words).await;
            }
            // A downgrade is none.
            stable(list("0.0.9").to_string().as_bytes());
            let before = server.asked("/stable.json");
            window.button("Check for updates").press().await;
            until("it asked", async || (server.asked("/stable.json") > before).then_some(())).await;
            until("it looked", async || (updating(window).await["looking"] == false).then_some(())).await;
            assert_eq!(updating(window).await["stage"]["stage"], "newest");
            assert!(is(office, OLD) && !is_kept(office));
        })
        .await;
}
