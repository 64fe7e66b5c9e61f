//! The real program `muster`, as a process of its own, against simulated client systems: what a person or a script at a
//! terminal gets, and what is left in the data directory whatever happens to the client, the network or the process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on ends with why")]

mod bad_days;
mod canary;
mod commands;
mod kill;
mod processes;
mod schema;
mod suites;
mod support;
mod types;
mod users;
