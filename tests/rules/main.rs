//! The twenty import rules (DESIGN, section 4), each with tests that are named after it and fail without it.
//! They drive muster-core against the simulated client system, over real HTTP and a real database.

mod asking;
mod codes;
mod coming_back;
mod good_list;
mod matrix;
mod merging;
mod preview;
mod progress;
mod removing;
mod retrying;
mod running;
mod skipping;
mod support;
mod waiting;
