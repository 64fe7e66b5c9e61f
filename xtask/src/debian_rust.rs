//! Debian's own Rust. It comes with the sources of its standard library, so that it can build for systems for which it has
//! none ready; what rustup installs has not.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{command, exists, root};
use crate::{Result, install};

pub(crate) const CARGO: &str = "/usr/bin/cargo";
pub(crate) const RUSTC: &str = "/usr/bin/rustc";

const PACKAGES: &[&str] = &["cargo-web", "rust-web-src", "rustc-web"];

/// Always of the same parts: with others everything would be compiled again.
const STANDARD_LIBRARY: &str = "-Zbuild-std=std,panic_unwind,test";

/// Installs it, and `more` of Debian's packages.
pub(crate) fn install(more: &[&str]) -> Result {
    if !exists("apt-get") || !exists("dpkg-query") {
        return Err("this needs Debian, whose own Rust can build for other systems".into());
    }
    install::packages(&[PACKAGES, more].concat())
}

/// Where it builds: never in the directory that rustup's Rust uses.
pub(crate) fn folder() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    root().join(target).join("other-systems")
}

/// Its cargo, to do `what` for `target`.
pub(crate) fn cargo(what: &str, target: &str, args: &[&str]) -> Command {
    let mut cargo = command(CARGO, &[&[what, "--locked", "--target", target, STANDARD_LIBRARY], args].concat());
    cargo
        .env("RUSTC", RUSTC)
        .env("RUSTDOC", "/usr/bin/rustdoc")
        // Building the standard library is for the nightly compilers; this lets a released one do it.
        .env("RUSTC_BOOTSTRAP", "1")
        // The libraries of the toolchain that runs this chore are not those of Debian's.
        .env_remove("LD_LIBRARY_PATH")
        .env("CARGO_TARGET_DIR", folder());
    cargo
}
