//! The policy of the window: the built pages work under it, and what it refuses is noted.

use crate::support::{Office, until};

/// What the page is asked, and what it has to answer.
const QUESTIONS: &[(&str, &str)] = &[
    ("return document.title", "Muster"),
    ("return document.documentElement.lang", "en"),
    ("return getComputedStyle(document.body).backgroundColor === 'rgba(0, 0, 0, 0)' ? 'bare' : 'styled'", "styled"),
    ("const mark = document.querySelector('main img'); return `${mark.complete && mark.naturalWidth > 0}`", "true"),
    ("return typeof window.__TAURI__", "undefined"),
    ("return document.querySelector('style')?.nonce ? 'given' : 'missing'", "given"),
];

/// What a script that somebody smuggled in might try; each says `open` if that worked.
const TRIES: &[(&str, &str)] = &[
    ("code from a text", "try { return `open ${new Function('return 1')()}` } catch { return 'closed' }"),
    (
        "styles",
        "const style = document.createElement('style'); style.textContent = 'body { --leak: 1 }';
         document.head.append(style); const leak = getComputedStyle(document.body).getPropertyValue('--leak');
         style.remove(); return leak === '' ? 'closed' : 'open'",
    ),
    (
        "a script in the page",
        "const script = document.createElement('script'); script.textContent = 'window.leak = 1';
         document.head.append(script); script.remove(); return window.leak === undefined ? 'closed' : 'open'",
    ),
];

/// The same for what takes a while: it ends in `open` if something came back.
const AWAY: &[(&str, &str)] = &[
    ("a request", "return fetch(given[0]).then(() => 'open', () => 'closed')"),
    (
        "an image",
        "return new Promise((done) => { const image = new Image(); image.onload = () => done('open');
         image.onerror = () => done('closed'); image.src = given[0] })",
    ),
    (
        "a frame",
        "return new Promise((done) => { const frame = document.createElement('iframe');
         document.addEventListener('securitypolicyviolation', () => { frame.remove(); done('closed') }, { once: true });
         frame.src = given[0]; document.body.append(frame) })",
    ),
    (
        "a command that is not listed",
        "return window.__TAURI_INTERNALS__.invoke('plugin:window|close', {}).then(() => 'open', () => 'closed')",
    ),
    (
        "an event to others",
        "return window.__TAURI_INTERNALS__.invoke('plugin:event|emit', { event: 'changes', payload: {} })
         .then(() => 'open', () => 'closed')",
    ),
];

#[tokio::test]
async fn the_built_pages_work_under_a_closed_policy_and_what_it_refuses_is_noted() {
    let mut office = Office::new(1).await;
    office.with_faults = true;
    office
        .show(async |office, window| {
            for (question, expected) in QUESTIONS {
                assert_eq!(window.run(question, &[]).await, *expected, "{question}");
            }
            assert!(office.faults().is_empty(), "the pages themselves break nothing: {:?}", office.faults());
            for (what, script) in TRIES {
                assert_eq!(window.run(script, &[]).await, "closed", "{what}");
            }
            let elsewhere = format!("http://{}/", office.client.address());
            for (what, script) in AWAY {
                assert_eq!(window.ask(script, &[elsewhere.clone().into()]).await["ok"], "closed", "{what}");
            }
            for (index, refused) in
                ["style-src", "script-src", "connect-src", "img-src", "frame-src"].iter().enumerate()
            {
                until(&format!("{index}: {refused} is in the log"), async || {
                    office.faults().iter().any(|fault| fault.contains(refused)).then_some(())
                })
                .await;
            }
            // The window stays where it is.
            window.run("location.href = arguments[0]", &[elsewhere.into()]).await;
            window.heading("Create the Admin").is_there().await;
            assert!(office.client.requests().is_empty(), "nothing got out");
        })
        .await;
}

#[tokio::test]
async fn errors_that_nobody_caught_are_noted() {
    let mut office = Office::new(1).await;
    office.with_faults = true;
    office
        .show(async |office, window| {
            for (script, words) in [
                ("setTimeout(() => { throw new Error('canary one') })", "canary one"),
                ("setTimeout(() => void Promise.reject(new Error('canary two')))", "canary two"),
                ("console.error('canary three', new Error('canary four'))", "canary three Error: canary four"),
            ] {
                window.run(script, &[]).await;
                until(words, async || office.faults().iter().any(|fault| fault.contains(words)).then_some(())).await;
            }
        })
        .await;
}
