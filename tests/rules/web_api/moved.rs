//! A description in a file that names another server than the credentials were entered for.

use muster_core::model::Outcome;
use muster_core::{ErrorCode, IntegrationInput, OnSave};
use muster_tests::web_api::{Auth, Config, Simulator};

use super::Office;
use crate::support::{CODE, code};

#[tokio::test]
async fn stored_credentials_never_go_to_another_server_than_they_were_entered_for() {
    let config = Config { auth: Auth::Bearer { token: "canary-token".into() }, ..Config::orders(3) };
    let office = Office::empty(config.clone()).await;
    let other = Simulator::start(config).await.unwrap();
    let path = office.folder.path().join("acme.json");
    let mut description = office.description();
    std::fs::write(&path, description.to_string()).unwrap();
    let text = path.to_str().unwrap();
    // Saved without a try: nothing is remembered of the server but where it is.
    office.muster.add_integration("web-api", office.input(text), OnSave::DoNotValidate).await.unwrap();
    description["base_url"] = other.url().into();
    std::fs::write(&path, description.to_string()).unwrap();

    let is_refused = |error: muster_core::Error| {
        assert_eq!(error.code, ErrorCode::InvalidInput, "{error:?}");
        assert!(error.message.contains("another address") && error.fields == ["key"], "{error:?}");
    };
    let as_stored = IntegrationInput::default;
    is_refused(office.muster.validate(&code(CODE)).await.unwrap_err());
    is_refused(office.muster.look("web-api", Some(&code(CODE)), as_stored()).await.unwrap_err());
    is_refused(office.muster.try_out("web-api", Some(&code(CODE)), as_stored()).await.unwrap_err());
    assert_eq!(office.full().await.outcome, Some(Outcome::Failed));
    let renamed = IntegrationInput { name: Some("Another name".into()), ..as_stored() };
    office.muster.edit_integration(&code(CODE), renamed, OnSave::DoNotValidate).await.unwrap();
    assert_eq!(office.full().await.outcome, Some(Outcome::Failed));
    assert!(other.requests().is_empty(), "{:?}", other.requests());

    let again = IntegrationInput { code: None, ..office.input(text) };
    office.muster.edit_integration(&code(CODE), again, OnSave::Validate).await.unwrap();
    assert_eq!(office.full().await.counts.added, 3);
}
