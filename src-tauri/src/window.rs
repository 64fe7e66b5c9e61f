//! Makes windows. A window shows Muster's own pages and never goes anywhere else, whatever a page asks for.

use tauri::utils::config::WindowConfig;
use tauri::{AppHandle, Manager, Url, WebviewWindowBuilder};

/// The label of the one window.
const MAIN: &str = "main";

/// Opens the main window as `tauri.conf.json` describes it.
pub(crate) fn open_main(app: &AppHandle) -> tauri::Result<()> {
    let config = app.config();
    let main = config.app.windows.iter().find(|window| window.label == MAIN);
    let main = main.cloned().unwrap_or_else(WindowConfig::default);
    let development = if tauri::is_dev() { config.build.dev_url.clone() } else { None };
    let builder =
        WebviewWindowBuilder::from_config(app, &main)?.on_navigation(move |to| is_own_page(to, development.as_ref()));
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    crate::graphics::suit(&window)?;
    #[cfg(not(target_os = "linux"))]
    drop(window);
    Ok(())
}

/// Brings the main window to the front.
pub(crate) fn show_main(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // A window that cannot be brought to the front is still there.
        let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    }
}

/// Whether `to` is one of Muster's own pages: they come from inside the program or, while developing, from Vite.
fn is_own_page(to: &Url, development: Option<&Url>) -> bool {
    let embedded = match to.scheme() {
        "tauri" => to.host_str() == Some("localhost"),
        // Windows serves the embedded pages under this name.
        "http" | "https" => to.host_str() == Some("tauri.localhost") && to.port().is_none(),
        _ => false,
    };
    embedded || development.is_some_and(|vite| vite.origin() == to.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(to: &str, development: Option<&str>) -> bool {
        let development = development.map(|url| Url::parse(url).unwrap());
        is_own_page(&Url::parse(to).unwrap(), development.as_ref())
    }

    #[test]
    fn the_embedded_pages_are_shown() {
        assert!(own("tauri://localhost/index.html", None));
        assert!(own("http://tauri.localhost/", None));
    }

    #[test]
    fn the_window_goes_nowhere_else() {
        for elsewhere in [
            "https://example.com/",
            "http://localhost:1420/",
            "http://tauri.localhost:8080/",
            "http://tauri.localhost.example.com/",
            "tauri://example.com/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "about:blank",
            "javascript:alert(1)",
        ] {
            assert!(!own(elsewhere, None), "{elsewhere}");
        }
    }

    #[test]
    fn vite_is_shown_only_while_developing() {
        let vite = Some("http://localhost:1420/");
        assert!(own("http://localhost:1420/src/main.ts", vite));
        assert!(!own("http://localhost:1421/", vite));
    }
}
