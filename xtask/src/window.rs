//! Whether the built program opens its window and shows its page, under the policy that it ships with. The tests of what
//! the pages do are in `tests/`.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::Result;
use crate::process::{Beside, built, command};
use crate::scratch::Scratch;
use crate::webdriver::Session;

/// What the page is asked once it is drawn, and what it has to answer. The heading is there only if its script ran, the
/// colour only if its styles came; `eval` works only if the policy is open.
const QUESTIONS: &[(&str, &str)] = &[
    ("return document.querySelector('main h1')?.textContent ?? ''", "Muster"),
    ("return document.title", "Muster"),
    ("return document.documentElement.lang", "en"),
    ("return getComputedStyle(document.body).backgroundColor === 'rgba(0, 0, 0, 0)' ? 'bare' : 'styled'", "styled"),
    ("const mark = document.querySelector('main img'); return mark.complete ? `${mark.naturalWidth > 0}` : ''", "true"),
    ("return typeof window.__TAURI__", "undefined"),
    ("try { return `open ${new Function('return 1')()}` } catch { return 'closed' }", "closed"),
    (
        "const style = document.createElement('style'); style.textContent = 'body { --leak: 1 }'; \
         document.head.append(style); const leak = getComputedStyle(document.body).getPropertyValue('--leak'); \
         style.remove(); return leak === '' ? 'closed' : 'open'",
        "closed",
    ),
    ("return document.querySelector('style')?.nonce ? 'given' : 'missing'", "given"),
];

/// Opens the window on a display without a screen and looks at its page.
pub(crate) fn check() -> Result {
    let home = Scratch::new("window")?;
    let (_display, name) = display()?;
    let mut driver = command("WebKitWebDriver", &[]);
    home.settle(&mut driver);
    driver.env("DISPLAY", name).env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY");
    let session = Session::start(&mut driver, &built("muster-desktop")?)?;
    for (question, expected) in QUESTIONS {
        let answer = session.ask(question)?;
        if answer != *expected {
            return Err(format!("`{question}` is {answer:?}, not {expected:?}").into());
        }
    }
    println!("{} answers as expected", QUESTIONS.len());
    Ok(())
}

/// Starts a display without a screen, under the first number that is free.
fn display() -> Result<(Beside, String)> {
    let mut server = command("Xvfb", &["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]);
    let mut server = Beside(server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?);
    let output = server.0.stdout.take().ok_or("Xvfb has no output")?;
    let mut number = String::new();
    BufReader::new(output).read_line(&mut number)?;
    let number = number.trim();
    if number.is_empty() {
        return Err("Xvfb did not start".into());
    }
    let name = format!(":{number}");
    Ok((server, name))
}
