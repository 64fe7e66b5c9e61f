//! The program as people have it: the built pages under their own policy, in a real window, with a simulated client system
//! and a Secret Service. Each test has an office of its own; when it fails it leaves a picture of the window.
#![cfg(target_os = "linux")]

mod start;
mod support;
mod work_types;
