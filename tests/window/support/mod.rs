//! What the tests in a real window share.

pub(crate) mod display;
pub(crate) mod office;
mod page;
pub(crate) mod window;

pub(crate) use fantoccini::key::Key;

pub(crate) use office::{ANN, BOB, CODE, Office, PASSWORD};
pub(crate) use window::{Window, until};

impl Window {
    /// Signs in on the page that is shown at the start.
    pub(crate) async fn sign_in(&self, username: &str) {
        self.field("Username").fill(username).await;
        self.field("Password").fill(PASSWORD).await;
        self.button("Sign in").press().await;
        self.link("Projects").is_there().await;
    }

    /// Goes to a page by the navigation.
    pub(crate) async fn go(&self, page: &str) {
        self.link(page).press().await;
        self.heading(page).is_there().await;
    }
}
