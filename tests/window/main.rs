//! The program as people have it: the built pages under their own policy, in a real window, with a simulated client system
//! and a Secret Service. Each test has an office of its own; when it fails it leaves a picture of the window.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on ends with why"
)]

mod axe;
mod canary;
#[path = "../contract/clients.rs"]
#[allow(dead_code, reason = "what only the tests of the contract read")]
mod clients;
mod imports;
mod keyboard;
mod network;
mod policy;
mod removals;
mod roles;
mod screens;
mod setup;
mod start;
mod support;
mod tour;
mod types;
mod updates;
mod work_types;
