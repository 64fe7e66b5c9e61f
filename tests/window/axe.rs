//! axe-core on every screen, light and dark: no violation of WCAG 2.2 A or AA.

use serde_json::{Value, json};

use crate::support::Window;
use crate::support::office::root;
use crate::tour::{paint, tour};

const RUN: &str = "
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const { violations } = await window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, html, failureSummary }) => (
        { rule: id, help, target: String(target), html: html.slice(0, 300), why: failureSummary })))";

/// What axe finds on the screen as it is now.
pub(crate) async fn violations(window: &Window) -> Vec<Value> {
    if window.run("return window.axe === undefined", &[]).await == true {
        let path = root().join("node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}. `npm ci` installs it", path.display()));
        window.run(&format!("{source}\nwindow.axe = axe;"), &[]).await;
    }
    let found = window.ask(RUN, &[]).await;
    let all = found["ok"].as_array().unwrap_or_else(|| panic!("axe did not run: {found}"));
    all.clone()
}

#[tokio::test]
async fn no_screen_violates_wcag_2_2_a_or_aa_in_light_or_dark() {
    let mut found = Vec::new();
    tour(async |window, screen| {
        for colours in ["light", "dark"] {
            paint(window, colours).await;
            for violation in violations(window).await {
                println!("{screen}, {colours}: {violation:#}");
                found.push(format!("{screen}, {colours}: {} {}", violation["rule"], violation["target"]));
            }
        }
        paint(window, "light").await;
    })
    .await;
    assert!(found.is_empty(), "{} violations: {found:#?}", found.len());
}

#[tokio::test]
async fn axe_finds_what_is_wrong() {
    let mut office = crate::support::Office::new(1).await;
    office
        .show(async |_, window| {
            assert_eq!(violations(window).await, Vec::<Value>::new());
            window.run("document.querySelector('input').labels[0].remove()", &[]).await;
            window.run("document.querySelector('h1').style.color = 'silver'", &[]).await;
            let mut rules: Vec<Value> = violations(window).await.into_iter().map(|one| one["rule"].clone()).collect();
            rules.sort_by_key(Value::to_string);
            assert_eq!(rules, [json!("color-contrast"), json!("label")]);
        })
        .await;
}
