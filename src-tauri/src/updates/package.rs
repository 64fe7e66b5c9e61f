//! A Debian package is installed by dpkg, which unpacks first and looks afterwards whether everything is there that it depends
//! on. So that is looked at before.

use std::io::Write as _;
use std::process::Command;

use tauri::utils::config::BundleType;
use tauri::utils::platform::bundle_type;

use super::words::Failed;

/// Fails if this program is a package and `next` needs packages that are not there.
pub(super) fn check(next: &[u8]) -> Result<(), Failed> {
    if bundle_type() == Some(BundleType::Deb) { fits(next) } else { Ok(()) }
}

fn fits(package: &[u8]) -> Result<(), Failed> {
    // apt takes a file for a package by the end of its name.
    let mut file = tempfile::Builder::new().prefix("muster-").suffix(".deb").tempfile()?;
    file.write_all(package)?;
    let name = Command::new("dpkg-deb").arg("--field").arg(file.path()).arg("Package").output();
    let plan = Command::new("apt-get").args(["--simulate", "install"]).arg(file.path()).env("LC_ALL", "C").output();
    // Without apt nobody can tell.
    let (Ok(name), Ok(plan)) = (name, plan) else { return Ok(()) };
    let name = String::from_utf8_lossy(&name.stdout).trim().to_owned();
    if plan.status.success() && is_alone(&String::from_utf8_lossy(&plan.stdout), &name) {
        return Ok(());
    }
    tracing::warn!("what apt says of the update: {}", String::from_utf8_lossy(&plan.stderr).trim());
    Err(Failed::new("It needs packages that this computer does not have. Install it by hand, with apt."))
}

/// Whether what apt plans is to install that package and nothing else.
fn is_alone(plan: &str, name: &str) -> bool {
    let mut changes = plan.lines().filter_map(|line| {
        let mut words = line.split(' ');
        matches!(words.next()?, "Inst" | "Remv").then_some(words.next()?)
    });
    changes.next() == Some(name) && changes.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package without a program that depends on `needs`, made by Debian's own tool.
    #[cfg(target_os = "linux")]
    fn package(needs: &str) -> Option<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let (tree, file) = (folder.path().join("tree"), folder.path().join("made.deb"));
        std::fs::create_dir_all(tree.join("DEBIAN")).unwrap();
        let control = format!(
            "Package: muster-of-a-test\nVersion: 1\nArchitecture: all\nMaintainer: a <a@example.com>\n\
             Depends: {needs}\nDescription: none\n"
        );
        std::fs::write(tree.join("DEBIAN/control"), control).unwrap();
        let made = Command::new("dpkg-deb").arg("--build").arg(&tree).arg(&file).output();
        // Not on another Linux.
        made.ok()?.status.success().then(|| std::fs::read(file).unwrap())
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_package_fits_only_where_everything_is_that_it_needs() {
        let (Some(good), Some(bad)) = (package("dpkg"), package("a-package-that-nobody-has")) else { return };
        assert!(fits(&good).is_ok());
        assert!(fits(&bad).unwrap_err().words.contains("by hand"));
    }

    #[test]
    fn a_package_that_brings_others_is_not_alone() {
        let own = "NOTE: This is only a simulation!\nInst muster [0.1.0] (0.2.0 local-deb [amd64])\nConf muster (0.2.0 local-deb [amd64])\n";
        assert!(is_alone(own, "muster"));
        assert!(!is_alone(&format!("Inst libnew (1 Debian:12/stable [amd64])\n{own}"), "muster"));
        assert!(!is_alone(&format!("{own}Remv something [1]\n"), "muster"));
        assert!(!is_alone("muster is already the newest version", "muster"));
    }
}
