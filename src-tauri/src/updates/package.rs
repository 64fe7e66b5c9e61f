//! A Debian package is installed by dpkg, which unpacks first and looks afterwards whether everything is there that it depends
//! on. So that is looked at before.

use std::path::Path;
use std::process::Command;

use tauri::utils::config::BundleType;
use tauri::utils::platform::bundle_type;

use super::words::Failed;

/// Fails if this program is a package and `file`, the next one, needs packages that are not there.
pub(super) fn check(file: &Path) -> Result<(), Failed> {
    if bundle_type() != Some(BundleType::Deb) {
        return Ok(());
    }
    let name = Command::new("dpkg-deb").arg("--field").arg(file).arg("Package").output();
    let plan = Command::new("apt-get").args(["--simulate", "install"]).arg(file).env("LC_ALL", "C").output();
    // Without apt nobody can tell.
    let (Ok(name), Ok(plan)) = (name, plan) else { return Ok(()) };
    let name = String::from_utf8_lossy(&name.stdout).trim().to_owned();
    if plan.status.success() && is_alone(&String::from_utf8_lossy(&plan.stdout), &name) {
        return Ok(());
    }
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

    #[test]
    fn a_package_that_brings_others_is_not_alone() {
        let own = "NOTE: This is only a simulation!\nInst muster [0.1.0] (0.2.0 local-deb [amd64])\nConf muster (0.2.0 local-deb [amd64])\n";
        assert!(is_alone(own, "muster"));
        assert!(!is_alone(&format!("Inst libnew (1 Debian:12/stable [amd64])\n{own}"), "muster"));
        assert!(!is_alone(&format!("{own}Remv something [1]\n"), "muster"));
        assert!(!is_alone("muster is already the newest version", "muster"));
    }
}
