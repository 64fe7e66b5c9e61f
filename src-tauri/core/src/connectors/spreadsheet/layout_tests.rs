use super::*;

fn headers(text: &str) -> Vec<String> {
    text.split('|').map(|header| header.trim().to_owned()).collect()
}

fn targets(layout: &Layout) -> Vec<&'static str> {
    layout.columns.iter().map(|(_, target)| target.map_or("-", Target::name)).collect()
}

fn guessed(text: &str) -> Layout {
    Layout::of(headers(text), &Rules::default())
}

#[test]
fn a_pruvan_online_export_is_known_by_its_headers() {
    let layout = guessed(
        "Project Number|Due Date|Start Date|Client Due Date|Address 1|Address 2|City|State|ZIP|Info|Status|Field Status\
         |Client Status|Tasks|Assigned To|Coordinator|Client Code|Reference|Description|Src. Project Provider\
         |Src. Project ID|Src. Project Number|Options",
    );
    assert_eq!(layout.preset.name, "pruvan-online");
    assert_eq!(
        targets(&layout),
        [
            "number",
            "due_date",
            "start_date",
            "client_due_date",
            "address1",
            "address2",
            "city",
            "state",
            "zip",
            "work_order_info",
            "status",
            "-",
            "client_status",
            "tasks",
            "assigned_to",
            "-",
            "code",
            "reference",
            "description",
            "source_wo_provider",
            "source_wo_id",
            "source_wo_number",
            "options",
        ]
    );
    assert!(layout.missing().is_empty());
}

#[test]
fn the_lists_of_other_systems_are_known_too() {
    let rows = [
        (
            "Job No|New Job#|Sub Contractor|My Assigned Job No|Client ID|Bank ID|Address|City|State|Zip|Service Group",
            "first-allegiance",
            "number|-|-|-|source_wo_provider|attribute7|address1|city|state|zip|task",
        ),
        (
            "Work Order Number|Address|City|State|Zip|Due Date|Allocation Area|Line Item|Line Item Description\
             |Instructions|Assigned To",
            "mcs",
            "number|address1|city|state|zip|due_date|reference|-|task|instructions|-",
        ),
        (
            "Project Name|Type|Status|Type of Estimate|Estimator|File Number|Profile Name|Last Modified Date",
            "xactprm",
            "description|-|client_status|task|assigned_to|number|source_wo_provider|last_modified",
        ),
        (
            "WORDER|Address|City|St|Zip|Work Ordered|Department|Order Notes",
            "safeguard",
            "number|address1|city|state|zip|task|instructions|instructions",
        ),
        ("ID|Work Code|Property Address|Due", "inspectorade", "number|task|full_address|due_date"),
        (
            "Work Order Number|Customer Number|Broker|Address|City|State|Zip|Loan Type|Work Type|Start Date",
            "ppw",
            "number|source_wo_provider|attribute7|address1|city|state|zip|attribute8|task|start_date",
        ),
        (
            "WO #|Street|Town|Province|Postal Code|Lock Box|Key Code",
            "",
            "number|address1|city|state|zip|\
            work_order_info|work_order_info",
        ),
    ];
    for (text, preset, expected) in rows {
        let layout = guessed(text);
        assert_eq!((layout.preset.name, targets(&layout).join("|")), (preset, expected.to_owned()), "{text}");
    }
}

#[test]
fn what_an_admin_says_wins_over_every_guess() {
    let own = Own::parse(r#"{"job": "number", "Order No": "", "Where": "city", "Comments": "description"}"#).unwrap();
    let rules = Rules { preset: None, own };
    let layout = Layout::of(headers("Order No|JOB|Where|City|Comments|Notes"), &rules);
    assert_eq!(targets(&layout), ["-", "number", "city", "-", "description", "instructions"]);
}

#[test]
fn a_preset_that_was_saved_is_laid_under_the_mapping() {
    let saved = Own::parse(r#"{"A": "number", "B": "city"}"#).unwrap();
    let own = Own::parse(r#"{"B": "state"}"#).unwrap().over(saved);
    assert_eq!(targets(&Layout::of(headers("a|b"), &Rules { preset: Some(&presets::NONE), own })), ["number", "state"]);
}

#[test]
fn a_mapping_that_cannot_be_used_is_refused_in_words() {
    for text in ["[]", "{", "{\"a\": 1}", "{\"a\": \"nowhere\"}", "a=b"] {
        let error = Own::parse(text).unwrap_err();
        assert!(error.contains("header") || error.contains("there are: number"), "{text}: {error}");
    }
    assert_eq!(Own::parse("  ").unwrap(), Own::default());
}

#[test]
fn what_is_missing_is_said() {
    assert_eq!(guessed("Project Name|Estimator|File Number").missing(), ["Address", "City", "State", "ZIP"]);
    assert_eq!(guessed("City|State|Zip|Address").missing(), ["the number of the work order"]);
    assert!(guessed("WO|Address").missing().is_empty(), "an address alone is a whole one");
}

#[test]
fn headers_are_found_below_titles() {
    let rows = [
        "Open work orders|",
        "Printed|12/1/2026|by Ann",
        "|||",
        "City|State",
        "WO #|Address|City|State|Zip",
        "1|2 Elm|Reno|NV|89501",
    ];
    let rows = rows.into_iter().zip(1..).map(|(row, number)| (number, headers(row))).collect();
    let header = find_header(rows, &Rules::default()).unwrap();
    assert_eq!((header.row, header.layout.known()), (5, 5));
    assert!(find_header(vec![(1, headers("a|b|c"))], &Rules::default()).is_none());
    assert!(find_header(Vec::new(), &Rules::default()).is_none());
}
