//! Rule 18: codes.

use muster_core::model::{IntegrationCode, Outcome, ProjectsOnDelete};
use muster_core::{ErrorCode, IntegrationInput, OnSave};
use muster_tests::pruvan::{Day, Gate};

use crate::support::{CODE, FullImport, Office, code, numbers, order, orders};

async fn rename(office: &Office, from: &str, to: &str) -> Result<(), ErrorCode> {
    let input = IntegrationInput { code: Some(code(to)), ..IntegrationInput::default() };
    let renamed = office.muster.edit_integration(&code(from), input, OnSave::DoNotValidate).await;
    renamed.map(|_| ()).map_err(|error| error.code)
}

async fn add(office: &Office, code_text: &str, adopt: bool) -> Result<(), ErrorCode> {
    office.add(code_text, &office.client, adopt).await.map(|_| ()).map_err(|error| error.code)
}

#[test]
fn rule_18_a_code_has_1_to_16_letters_digits_or_dashes() {
    for good in ["A", "nwf-2", "1234567890123456", "---"] {
        assert!(good.parse::<IntegrationCode>().is_ok(), "{good}");
    }
    for bad in ["", " ", "12345678901234567", "A::B", "A B", "A_B", "\u{c4}", "A/B", "A\0"] {
        assert!(bad.parse::<IntegrationCode>().is_err(), "{bad}");
    }
}

#[tokio::test]
async fn rule_18_a_code_is_unique_whatever_the_case() {
    let office = Office::of(Vec::new()).await;
    assert_eq!(add(&office, "nwf", false).await, Err(ErrorCode::Conflict));
    assert_eq!(add(&office, "nwf", true).await, Err(ErrorCode::Conflict), "adopting is for projects");
    add(&office, "MCS", false).await.unwrap();
    assert_eq!(rename(&office, CODE, "mcs").await, Err(ErrorCode::Conflict));
    assert_eq!(office.muster.integration(&code("nWf")).await.unwrap().code.as_str(), "NWF");
    let (one, two) = tokio::join!(add(&office, "new", false), add(&office, "NEW", false));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}

#[tokio::test]
async fn rule_18_a_code_is_fixed_once_it_has_projects() {
    let office = Office::of(orders(1..=1)).await;
    for (from, to) in [(CODE, "nwf"), ("nwf", "NEW"), ("NEW", CODE)] {
        rename(&office, from, to).await.unwrap();
    }
    office.fills().await;
    assert_eq!(rename(&office, CODE, "NEW").await, Err(ErrorCode::Conflict));
    assert_eq!(rename(&office, CODE, "nwf").await, Err(ErrorCode::Conflict));
    rename(&office, CODE, CODE).await.unwrap();
    office.delete("1").await;
    rename(&office, CODE, "NEW").await.unwrap();
}

#[tokio::test]
async fn rule_18_a_code_that_is_changed_while_the_first_projects_come_is_theirs() {
    let office = Office::of(orders(1..=3)).await;
    let gate = Gate::after(100);
    office.client.day(Day::Pause(gate.clone()));
    let run = office.start(FullImport).await;
    gate.reached().await;
    rename(&office, CODE, "NEW").await.unwrap();
    gate.release();
    let import = run.wait().await.unwrap();
    let codes: Vec<String> = office.projects().await.iter().map(|project| project.code.to_string()).collect();
    assert!(codes.iter().all(|code| code == "NEW"), "{import:?} left projects of {codes:?}");
}

#[tokio::test]
async fn rule_18_a_code_is_reserved_while_kept_projects_carry_it() {
    let office = Office::filled(orders(1..=3)).await;
    office.add("MCS", &office.client, false).await.unwrap();
    office.delete_integration(ProjectsOnDelete::Keep).await;
    assert_eq!(office.numbers().await, numbers(1..=3));
    for taken in [CODE, "nwf"] {
        assert_eq!(add(&office, taken, false).await, Err(ErrorCode::Conflict));
        assert_eq!(rename(&office, "MCS", taken).await, Err(ErrorCode::Conflict));
    }
    office.delete("1").await;
    office.delete("2").await;
    assert_eq!(add(&office, CODE, false).await, Err(ErrorCode::Conflict), "one is left");
    office.delete("3").await;
    add(&office, CODE, false).await.unwrap();
}

#[tokio::test]
async fn rule_18_an_integration_with_the_code_of_kept_projects_adopts_them_if_asked_for() {
    let office = Office::filled(orders(1..=10)).await;
    office.delete_integration(ProjectsOnDelete::Keep).await;
    assert!(office.project("1").await.rule.is_none());
    let adopted = office.add("nwf", &office.client, true).await.unwrap();
    assert_eq!(adopted.projects, 10);
    let project = office.project("1").await.project;
    assert_eq!((project.integration, project.code.as_str()), (Some(adopted.id), "nwf"));
    // They are merged, not doubled, and kept until the client has sent them.
    office.sends(orders(3..=11));
    let import = office.full().await;
    assert_eq!((import.outcome, import.counts.added), (Some(Outcome::Succeeded), 1));
    assert_eq!((import.counts.unchanged, import.counts.removed), (8, 0));
    assert_eq!(office.numbers().await, numbers(1..=11));
    office.sends(orders(4..=11));
    assert_eq!(office.full().await.counts.removed, 1);
    assert_eq!(office.numbers().await, numbers([1, 2].into_iter().chain(4..=11)));
}

#[tokio::test]
async fn rule_18_deleting_an_integration_with_its_projects_frees_the_code() {
    let office = Office::filled(orders(1..=3)).await;
    office.delete_integration(ProjectsOnDelete::Remove).await;
    assert!(office.projects().await.is_empty());
    add(&office, CODE, false).await.unwrap();
    assert_eq!(office.full().await.counts.added, 3);
}

#[tokio::test]
async fn rule_18_projects_of_two_lives_of_a_code_do_not_lock_it() {
    let office = Office::filled(orders(1..=1)).await;
    office.delete_integration(ProjectsOnDelete::Remove).await;
    add(&office, CODE, false).await.unwrap();
    office.fills().await;
    office.delete_integration(ProjectsOnDelete::Keep).await;
    // The same order of the first life: it may be refused, but must not stand in the way of the code for ever.
    let _ = office.muster.bring_back_project(&code(CODE), "1").await;
    assert_eq!(add(&office, CODE, true).await, Ok(()));
    office.sends(vec![order("1")]);
    assert_eq!(office.full().await.outcome, Some(Outcome::Succeeded));
}

#[tokio::test]
async fn rule_18_an_integration_cannot_be_deleted_under_a_running_import() {
    let office = Office::filled(orders(1..=3)).await;
    let preview = office.preview().await;
    let refused = office.muster.delete_integration(&code(CODE), ProjectsOnDelete::Remove).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict);
    preview.cancel().await.unwrap();
    office.delete_integration(ProjectsOnDelete::Remove).await;
}
