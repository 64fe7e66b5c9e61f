//! Pictures of every screen in light and dark, for `docs/screens`.

use std::path::PathBuf;

use crate::support::office::root;
use crate::tour::{paint, tour};

/// Set by `cargo xtask screens`: the pictures go into the repository.
const WRITE: &str = "MUSTER_WRITE_SCREENS";

/// Puts the folder that people have in the place of the test's own.
const TIDY: &str = "
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (text.data.startsWith('/')) text.data = '/home/ann/.local/share/muster';
    }";

#[tokio::test]
#[ignore = "walks through every screen once more, for the pictures of the documentation"]
async fn every_screen_in_light_and_dark() {
    let written = std::env::var_os(WRITE).is_some();
    let scratch = tempfile::tempdir().expect("a folder");
    let folder: PathBuf = if written { root().join("docs/screens") } else { scratch.path().to_owned() };
    std::fs::create_dir_all(&folder).expect("a folder for the pictures");
    tour(async |window, screen| {
        while window.button("Close message").is_here().await {
            window.button("Close message").press_first().await;
        }
        // Where it happened to be made is nobody's business.
        window.run(TIDY, &[]).await;
        for colours in ["light", "dark"] {
            paint(window, colours).await;
            let picture = window.picture().await;
            std::fs::write(folder.join(format!("{screen}-{colours}.png")), picture).expect("a picture is written");
        }
        paint(window, "light").await;
    })
    .await;
}
