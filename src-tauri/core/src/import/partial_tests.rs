//! What no shipped client system does yet: a list of which the connector itself says that something is missing.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::connectors::scripted::{asked, play};
use crate::connectors::{Ask, List};
use crate::model::{ImportKind, IntegrationCode, Outcome, ProjectFilter};
use crate::secrets::OsStore;
use crate::{Admin, ImportRequest, IntegrationInput, Muster, OnSave, Options};

fn order(number: u32) -> Value {
    json!({ "workOrderNumber": number, "address1": "8 Alder Ct", "city": "Tulsa", "state": "OK", "zip": "74101",
            "services": [{ "serviceName": "Grass cut" }] })
}

pub(super) async fn office(script: &str) -> (tempfile::TempDir, Admin) {
    let folder = tempfile::tempdir().unwrap();
    let muster = Muster::open(Options::new(folder.path(), Arc::new(OsStore::new()))).await.unwrap();
    let muster = muster.owner("test").await.unwrap();
    let Value::Object(settings) = json!({ "script": script }) else { unreachable!() };
    let input = IntegrationInput { code: Some(code()), settings, ..IntegrationInput::default() };
    muster.add_integration("scripted", input, OnSave::Validate).await.unwrap();
    (folder, muster)
}

pub(super) fn code() -> IntegrationCode {
    "NWF".parse().unwrap()
}

pub(super) async fn import(muster: &Admin, kind: ImportKind) -> crate::model::Import {
    let request = ImportRequest::new(code(), kind);
    muster.start_import(request).await.unwrap().wait().await.unwrap()
}

#[tokio::test]
async fn rule_04_a_partial_list_is_applied_removes_nothing_and_leaves_the_moment_to_ask_from() {
    let script = "partial";
    let (_folder, muster) = office(script).await;
    play(script, (0..20).map(order).collect(), List::Complete);
    assert_eq!(import(&muster, ImportKind::FullImport).await.counts.added, 20);
    play(script, vec![], List::Complete);
    import(&muster, ImportKind::Refresh).await;
    let Some(Ask::Since(Some(before))) = asked(script) else { panic!("a refresh asks from a moment") };

    play(script, (1..22).map(order).collect(), List::Partial("two orders could not be fetched".to_owned()));
    let partial = import(&muster, ImportKind::FullImport).await;
    assert_eq!(partial.outcome, Some(Outcome::Succeeded));
    assert_eq!((partial.counts.added, partial.counts.removed, partial.pending_removals), (2, 0, 0));
    assert!(partial.notes.iter().any(|note| note.contains("two orders could not be fetched")), "{:?}", partial.notes);
    let page = muster.projects(&ProjectFilter { limit: 100, ..ProjectFilter::default() }).await.unwrap();
    assert_eq!(page.total, 22);

    play(script, vec![], List::Partial("again".to_owned()));
    import(&muster, ImportKind::Refresh).await;
    let Some(Ask::Since(Some(first))) = asked(script) else { panic!("a refresh asks from a moment") };
    play(script, vec![], List::Complete);
    import(&muster, ImportKind::Refresh).await;
    let Some(Ask::Since(Some(second))) = asked(script) else { panic!("a refresh asks from a moment") };
    // The refresh before the partial runs moved it; the partial ones did not.
    assert!(first >= before);
    assert_eq!(first, second, "a partial list does not move the moment to ask from");
}
