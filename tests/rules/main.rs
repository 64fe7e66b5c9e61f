//! The twenty import rules (docs/import-rules.md), each with tests that are named after it and fail without it.
//! They drive muster-core against the simulated client system, over real HTTP and a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests, their helpers too")]

mod asking;
mod codes;
mod coming_back;
mod good_list;
mod grid;
mod held;
mod matrix;
mod merging;
mod ppw;
mod preview;
mod progress;
mod removing;
mod retrying;
mod running;
#[path = "../support/secrets.rs"]
mod secrets;
mod setting_up;
mod skipping;
mod soak;
mod spreadsheet;
mod support;
mod waiting;
mod web_api;
mod work_types;
