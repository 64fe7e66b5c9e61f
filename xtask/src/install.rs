//! Installs what is missing, says what, and installs nothing else.

use crate::Result;
use crate::process::{answer, cargo, command, exists, npm, run};

/// The oldest Node that builds the pages.
const NODE: (u32, u32) = (20, 19);

/// Debian's packages for building the window.
pub(crate) const WINDOW: &[&str] = &["libwebkit2gtk-4.1-dev"];

/// Debian's packages for the tests: a display without a screen, a driver for the window, a Secret Service.
pub(crate) const TESTS: &[&str] =
    &["libwebkit2gtk-4.1-dev", "webkit2gtk-driver", "xvfb", "dbus", "gnome-keyring", "fonts-dejavu-core"];

/// Installs those of Debian's packages that are missing. On another Linux, says what is needed.
pub(crate) fn packages(names: &[&str]) -> Result {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if !exists("apt-get") || !exists("dpkg-query") {
        println!("This is not a Debian system. What these packages hold has to be there: {}", names.join(" "));
        return Ok(());
    }
    let missing: Vec<&str> = names.iter().copied().filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing {}", missing.join(" "));
    let Some(before) = as_root() else {
        return Err(format!("not root, and no sudo here. As root: apt-get install {}", missing.join(" ")).into());
    };
    let apt = |args: &[&str]| {
        let apt_get = &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-oDpkg::Use-Pty=0"];
        let words = [before, apt_get, args].concat();
        let (program, args) = words.split_first().ok_or("nothing to start")?;
        run(&mut command(program, args))
    };
    if let Err(error) = apt(&["update"]) {
        // One source that cannot be reached does not matter if the others have what is missing.
        println!("{error}; going on with the lists that are here");
    }
    let install = [&["install", "-y", "--no-install-recommends"], missing.as_slice()].concat();
    apt(&install)
}

fn is_installed(package: &str) -> bool {
    let status = answer(&mut command("dpkg-query", &["-W", "-f", "${db:Status-Status}", package]));
    status.is_some_and(|status| status == "installed")
}

/// What to put before a command that only root may run; none if there is no way.
fn as_root() -> Option<&'static [&'static str]> {
    if answer(&mut command("id", &["-u"])).is_some_and(|id| id == "0") {
        return Some(&[]);
    }
    exists("sudo").then_some(&["sudo"])
}

/// rustfmt and clippy.
pub(crate) fn rust_components() -> Result {
    for (component, check) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if answer(&mut cargo(&[check, "--version"])).is_none() {
            if !exists("rustup") {
                return Err(format!("cargo {check} is missing, and there is no rustup to add it").into());
            }
            println!("Installing {component}");
            run(&mut command("rustup", &["component", "add", component]))?;
        }
    }
    Ok(())
}

/// Node and npm are the person's to install: there are many ways, and choosing one would be rude.
pub(crate) fn node() -> Result {
    let wanted =
        format!("Node {}.{} or newer builds the pages of the window; get it from https://nodejs.org", NODE.0, NODE.1);
    let Some(version) = answer(&mut command("node", &["--version"])) else {
        return Err(format!("there is no Node here. {wanted}").into());
    };
    if node_version(&version).is_none_or(|found| found < NODE) {
        return Err(format!("Node {version} is too old. {wanted}").into());
    }
    if answer(&mut npm(&["--version"])).is_none() {
        return Err(format!("there is no npm beside Node {version}. {wanted}").into());
    }
    Ok(())
}

fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_told_from_a_new_one() {
        assert!(node_version("v20.20.2").is_some_and(|found| found >= NODE));
        assert!(node_version("v22.0.0\n").is_some_and(|found| found >= NODE));
        assert!(node_version("v20.9.0").is_some_and(|found| found < NODE));
        assert_eq!(node_version("nonsense"), None);
    }
}
