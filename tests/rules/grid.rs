//! The list as a grid shows it: order, search, filters, pages; one project with its sanitised texts; what was removed.

use muster_core::ErrorCode;
use muster_core::model::{Field, ProjectColumn, ProjectQuery, ProjectStatus, Sort};
use serde_json::json;

use crate::support::{CODE, Office, order_with, orders};

async fn office() -> Office {
    let orders = (0..250).map(|number: u32| {
        let due = format!("2026-{:02}-{:02}", 1 + number % 12, 1 + number % 28);
        let keys = json!({
            "dueDate": due, "city": if number.is_multiple_of(5) { "Tulsa" } else { "Reno" }, "status": if number.is_multiple_of(2) { "Rush" } else { "Complete" },
            "reference": if number.is_multiple_of(3) { json!(format!("R{number}")) } else { json!(null) },
        });
        order_with(&format!("{number:03}"), keys)
    });
    Office::filled(orders.collect()).await
}

fn sorted(column: ProjectColumn, descending: bool) -> ProjectQuery {
    ProjectQuery { sort: vec![Sort { column, descending }], ..ProjectQuery::default() }
}

#[tokio::test]
async fn pages_of_every_order_fit_together() {
    let office = office().await;
    for column in [
        ProjectColumn::Number,
        ProjectColumn::Status,
        ProjectColumn::ClientStatus,
        ProjectColumn::DueDate,
        ProjectColumn::ClientDueDate,
        ProjectColumn::Address,
        ProjectColumn::City,
        ProjectColumn::State,
        ProjectColumn::Zip,
        ProjectColumn::AssignedTo,
        ProjectColumn::Tasks,
        ProjectColumn::Reference,
        ProjectColumn::Description,
        ProjectColumn::Info,
        ProjectColumn::Integration,
        ProjectColumn::ChangedAt,
    ] {
        for descending in [false, true] {
            let query = sorted(column, descending);
            let mut seen = Vec::new();
            for offset in [0, 100, 200, 300] {
                let page = office.muster.project_rows(&query, offset, 100).await.unwrap();
                assert_eq!(page.total, 250);
                seen.extend(page.rows.into_iter().map(|row| row.number));
            }
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 250, "{column:?} {descending}");
        }
    }
}

#[tokio::test]
async fn an_order_is_as_asked_with_empty_values_last() {
    let office = office().await;
    let first = async |query: ProjectQuery| office.muster.project_rows(&query, 0, 1).await.unwrap().rows.remove(0);
    assert_eq!(first(ProjectQuery::default()).await.number, "NWF::000");
    assert_eq!(first(sorted(ProjectColumn::Number, true)).await.number, "NWF::249");
    assert_eq!(first(sorted(ProjectColumn::DueDate, false)).await.due_date.unwrap(), "2026-01-01");
    for descending in [false, true] {
        assert!(first(sorted(ProjectColumn::Reference, descending)).await.reference.is_some());
    }
}

#[tokio::test]
async fn search_and_filters_narrow_the_list() {
    let office = office().await;
    let total = async |query: ProjectQuery| office.muster.project_rows(&query, 0, 10).await.unwrap().total;
    assert_eq!(total(ProjectQuery { search: "tulsa".to_owned(), ..ProjectQuery::default() }).await, 50);
    assert_eq!(total(ProjectQuery { search: "tulsa r15 ".to_owned(), ..ProjectQuery::default() }).await, 2);
    assert_eq!(total(ProjectQuery { status: Some(ProjectStatus::Rush), ..ProjectQuery::default() }).await, 125);
    assert_eq!(total(ProjectQuery { code: Some("nwf".to_owned()), ..ProjectQuery::default() }).await, 250);
    assert_eq!(total(ProjectQuery { code: Some("OTHER".to_owned()), ..ProjectQuery::default() }).await, 0);
    let facets = office.muster.project_facets().await.unwrap();
    let codes: Vec<_> = facets.integrations.iter().map(|one| (one.code.as_str(), one.projects)).collect();
    assert_eq!((codes, facets.projects, facets.decisions), (vec![(CODE, 250)], 250, 0));
    assert!(facets.integrations[0].refreshed_at.is_some());
}

#[tokio::test]
async fn a_row_says_whether_it_is_late() {
    let office = office().await;
    let late = async |number: &str| {
        let query = ProjectQuery { search: format!("NWF::{number}"), ..ProjectQuery::default() };
        office.muster.project_rows(&query, 0, 1).await.unwrap().rows[0].past_due
    };
    assert!(late("000").await, "rush, due in January");
    assert!(!late("001").await, "complete");
    office.edit("000", Field::DueDate, "2999-01-01").await;
    assert!(!late("000").await, "not due yet, and the page does not show an old list");
}

#[tokio::test]
async fn codes_are_masked_in_the_list_and_whole_in_the_panel() {
    let order = order_with("1", json!({ "workOrderInfo": "Lock box 4711", "description": "Gate code 1234" }));
    let office = Office::filled(vec![order]).await;
    let row = office.muster.project_rows(&ProjectQuery::default(), 0, 1).await.unwrap().rows.remove(0);
    assert_eq!((row.info.as_deref(), row.description.as_deref()), (Some("Lock box ••••"), Some("Gate code ••••")));
    let view = office.muster.project_view(row.id).await.unwrap();
    let info = view.fields.iter().find(|field| field.name == "work_order_info").unwrap();
    assert_eq!(info.value.as_deref(), Some("Lock box 4711"));
}

#[tokio::test]
async fn imports_that_wait_for_a_decision_are_found_however_old() {
    let office = Office::filled(orders(1..=30)).await;
    office.sends(vec![]);
    let waiting = office.full().await;
    for _ in 0..5 {
        office.refresh().await;
    }
    let found = office.muster.waiting_imports().await.unwrap();
    assert_eq!(found.iter().map(|row| (row.id, row.pending_removals)).collect::<Vec<_>>(), [(waiting.id, 30)]);
    assert_eq!(office.muster.removals_of(waiting.id).await.unwrap().len(), 30);
    assert_eq!(office.muster.project_facets().await.unwrap().decisions, 1);
    let rows = office.muster.import_rows(None, 3).await.unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows[0].id > rows[1].id);
}

#[tokio::test]
async fn a_project_is_shown_with_harmless_texts_and_only_its_own_links_open() {
    let hostile = "<p onclick=alert(1)>Cut <script>alert(1)</script><a href='https://client.example/pcr'>PCR</a></p>";
    let order = order_with(
        "1",
        json!({
            "instructions": hostile,
            "services": [{ "serviceName": "Grass cut", "instructions": "<img src=x onerror=alert(1)>Trim" }],
        }),
    );
    let office = Office::filled(vec![order]).await;
    let id = office.project("1").await.project.id;
    let view = office.muster.project_view(id).await.unwrap();
    let instructions = view.fields.iter().find(|field| field.name == "instructions").unwrap();
    assert_eq!(instructions.value.as_deref(), Some(hostile), "kept as it came");
    let html = instructions.html.as_deref().unwrap();
    assert!(
        html.contains("https://client.example/pcr") && !html.contains("script") && !html.contains("onclick"),
        "{html}"
    );
    assert_eq!(view.tasks[0].instructions.as_deref(), Some("Trim"));
    assert!(office.muster.link(id, "https://client.example/pcr").await.is_ok());
    assert_eq!(office.muster.link(id, "https://evil.example/").await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(office.muster.place(id).await.unwrap(), "12 Pine Rd, Tulsa, OK, 04101");
}

#[tokio::test]
async fn a_link_that_a_person_wrote_is_not_opened() {
    let office =
        Office::filled(vec![order_with("1", json!({ "instructions": "<a href='https://client.example/'>x</a>" }))])
            .await;
    let id = office.project("1").await.project.id;
    assert!(office.muster.link(id, "https://client.example/").await.is_ok());
    office.edit("1", Field::Instructions, "<a href='https://evil.example/?data'>x</a>").await;
    assert_eq!(office.muster.link(id, "https://evil.example/?data").await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn rule_17_an_assignee_whom_muster_does_not_know_is_kept_and_marked() {
    let office = Office::filled(orders(1..=3)).await;
    let known = async |number: &str| {
        let query = ProjectQuery { search: format!("NWF::{number}"), ..ProjectQuery::default() };
        let row = office.muster.project_rows(&query, 0, 1).await.unwrap().rows.remove(0);
        assert_eq!(office.muster.project_view(row.id).await.unwrap().assignee_known, row.assignee_known);
        row.assignee_known
    };
    office.edit("1", Field::AssignedTo, "crew 7").await;
    office.edit("2", Field::AssignedTo, "~all~").await;
    assert_eq!((known("1").await, known("2").await, known("3").await), (false, true, true));
    assert_eq!(office.text("1", Field::AssignedTo).await, "crew 7");
}

#[tokio::test]
async fn a_book_in_a_field_is_cut_in_the_list() {
    let office = Office::filled(vec![order_with("1", json!({ "description": "x".repeat(1_000_000) }))]).await;
    let row = office.muster.project_rows(&ProjectQuery::default(), 0, 1).await.unwrap().rows.remove(0);
    assert_eq!(row.description.unwrap().len(), 400);
}

#[tokio::test]
async fn a_project_is_edited_by_id_and_the_client_keeps_what_is_the_clients() {
    let office = Office::filled(orders(1..=2)).await;
    let id = office.project("1").await.project.id;
    let edited = office.muster.edit_project_by_id(id, &[(Field::Reference, "ours".to_owned())]).await.unwrap();
    assert_eq!(edited.fields.iter().find(|field| field.name == "reference").unwrap().value.as_deref(), Some("ours"));
    assert_eq!(edited.history[0].person.as_deref(), Some("ann"));
    let refused = office.muster.edit_project_by_id(id, &[(Field::City, "ours".to_owned())]).await.unwrap_err();
    assert_eq!((refused.code, refused.fields.as_slice()), (ErrorCode::InvalidInput, ["city".to_owned()].as_slice()));
}

#[tokio::test]
async fn what_was_removed_is_listed_searched_and_brought_back_by_id() {
    let office = Office::filled(orders(1..=30)).await;
    office.sends(orders(4..=30));
    let import = office.full().await;
    office.delete("30").await;
    let all = office.muster.removed_projects("", None, 10, 0).await.unwrap();
    assert_eq!(
        (all.total, all.rows[0].number.as_str(), all.rows[0].removed_by.as_deref()),
        (4, "NWF::30", Some("ann"))
    );
    let of_import = office.muster.removed_projects("", Some(import.id), 2, 0).await.unwrap();
    assert_eq!((of_import.total, of_import.rows.len()), (3, 2));
    assert_eq!(office.muster.removed_projects("nwf::2 pine", None, 10, 0).await.unwrap().total, 1);
    let ids: Vec<i64> = of_import.rows.iter().map(|row| row.id).collect();
    assert_eq!(office.muster.bring_back(&ids).await.unwrap().len(), 2);
    assert_eq!(office.muster.bring_back(&ids).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(office.muster.removed_projects("", None, 10, 0).await.unwrap().total, 2);
}
