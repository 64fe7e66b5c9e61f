//! How a window is drawn on Linux. WebKit draws a page in layers and lets the graphics card put them together. Where there
//! is no card (a virtual machine, a remote desktop) a library does the card's work on the processor, every pixel of every
//! layer: a list that is scrolled then stands still for 200 ms at a time, and keeps both cores busy while nothing moves.
//! Without layers the same page takes 20 ms to scroll and nothing while it rests.

use std::path::Path;

use tauri::WebviewWindow;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};

/// Lets WebKit draw without layers where no graphics card would put them together.
pub(crate) fn suit(window: &WebviewWindow) -> tauri::Result<()> {
    if has_card(Path::new("/dev")) {
        return Ok(());
    }
    tracing::info!("there is no graphics card: the pages are drawn without one");
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Whether there is anything to open a window on.
pub(crate) fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|display| !display.is_empty()))
}

/// Whether the devices of this computer include a graphics card that can be drawn with.
fn has_card(devices: &Path) -> bool {
    let any = |folder: &Path, start: &str| {
        let Ok(entries) = folder.read_dir() else { return false };
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with(start))
    };
    // NVIDIA's own driver may be there without the node that the others have.
    any(&devices.join("dri"), "renderD") || any(devices, "nvidiactl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_known_by_its_device() {
        let devices = tempfile::tempdir().unwrap();
        assert!(!has_card(devices.path()));
        // A screen that can be drawn on, and nothing to draw with: a virtual machine.
        std::fs::create_dir(devices.path().join("dri")).unwrap();
        std::fs::write(devices.path().join("dri/card0"), "").unwrap();
        assert!(!has_card(devices.path()));
        std::fs::write(devices.path().join("dri/renderD128"), "").unwrap();
        assert!(has_card(devices.path()));
    }

    #[test]
    fn nvidias_own_driver_counts() {
        let devices = tempfile::tempdir().unwrap();
        std::fs::write(devices.path().join("nvidiactl"), "").unwrap();
        assert!(has_card(devices.path()));
    }
}
