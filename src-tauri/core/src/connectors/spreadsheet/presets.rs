//! The lists that are known: which header of which system goes where. Headers are written as [`super::target::normal`]
//! makes them; of several for one target the first that is there counts. What is known of these systems is told in
//! docs/spreadsheets.md.

/// For each target (its name) the headers that stand for it; under the empty name those that are left out.
pub(super) type Aliases = &'static [(&'static str, &'static [&'static str])];

/// A list that is known.
#[derive(Debug)]
pub(super) struct Preset {
    /// Its name in the settings.
    pub(super) name: &'static str,
    /// Its name for people.
    pub(super) title: &'static str,
    /// A file that has all headers of one of these is such a list.
    signs: &'static [&'static [&'static str]],
    /// Its headers; what is not here is looked for among [`USUAL`].
    pub(super) aliases: Aliases,
    /// Whether a number may be `CODE::number`, and a code in a column of its own counts, if an admin chose it.
    pub(super) has_codes: bool,
    /// Whether who has an order there says nothing about who has it here.
    pub(super) never_assigned: bool,
    /// Whether a project that is complete or cancelled there is over: it cannot be changed any more.
    pub(super) closes: bool,
}

/// No list that is known: the usual names of columns.
pub(super) const NONE: Preset = Preset {
    name: "",
    title: "a list of work orders",
    signs: &[],
    aliases: &[],
    has_codes: false,
    never_assigned: false,
    closes: false,
};

/// Every list that is known. The order is that in which a file is compared with them.
pub(super) static PRESETS: [Preset; 7] = [
    Preset {
        name: "pruvan-online",
        has_codes: true,
        title: "a Pruvan Online export",
        signs: &[&["projectno", "fieldstatus"], &["projectno", "clientcode"], &["projectno", "srcprojectid"]],
        aliases: &[
            ("number", &["projectno"]),
            ("code", &["clientcode"]),
            ("due_date", &["duedate"]),
            ("start_date", &["startdate"]),
            ("client_due_date", &["clientduedate"]),
            ("work_order_info", &["info"]),
            ("status", &["status"]),
            ("client_status", &["clientstatus"]),
            ("tasks", &["tasks"]),
            ("assigned_to", &["assignedto"]),
            ("reference", &["reference"]),
            ("description", &["description"]),
            ("source_wo_provider", &["srcprojectprovider"]),
            ("source_wo_id", &["srcprojectid"]),
            ("source_wo_number", &["srcprojectno"]),
            ("options", &["options"]),
            ("", &["fieldstatus", "coordinator"]),
        ],
        ..NONE
    },
    Preset {
        name: "first-allegiance",
        title: "a First Allegiance job list",
        signs: &[&["jobno", "myassignedjobno"], &["jobno", "servicegroup"]],
        aliases: &[
            ("number", &["jobno"]),
            ("source_wo_provider", &["clientid"]),
            ("attribute7", &["bankid"]),
            ("attribute8", &["loantype"]),
            ("task", &["servicegroup"]),
            ("start_date", &["jobassignmentdate"]),
            (
                "",
                &[
                    "newjobno",
                    "subcontractor",
                    "photossubmitted",
                    "bidssubmitted",
                    "invoicesubmitted",
                    "contractornoofdays",
                    "myassignedjobno",
                    "county",
                ],
            ),
        ],
        ..NONE
    },
    Preset {
        name: "mcs",
        never_assigned: true,
        title: "an MCS (Vendor360) list",
        signs: &[&["workorderno", "allocationarea"], &["workorderno", "lineitemdescription"]],
        aliases: &[
            ("number", &["workorderno"]),
            ("reference", &["allocationarea"]),
            ("task", &["lineitemdescription", "lineitem"]),
            ("instructions", &["instructions"]),
            ("", &["assignedto", "lineitem", "lineitemno"]),
        ],
        ..NONE
    },
    Preset {
        name: "xactprm",
        closes: true,
        title: "an XactPRM list",
        signs: &[&["typeofestimate"], &["estimator", "fileno"], &["profilename", "lastmodifieddate"]],
        aliases: &[
            ("number", &["referenceno", "fileno"]),
            ("description", &["projectname"]),
            ("client_status", &["status"]),
            ("assigned_to", &["estimator"]),
            ("source_wo_provider", &["profilename"]),
            ("task", &["typeofestimate", "type"]),
            ("last_modified", &["lastmodifieddate", "lastmodified"]),
        ],
        ..NONE
    },
    Preset {
        name: "safeguard",
        title: "a Safeguard list",
        signs: &[&["worder"], &["followuptype"], &["workordered", "department"]],
        aliases: &[
            ("number", &["workorderno", "worder"]),
            ("source_wo_provider", &["client"]),
            ("attribute8", &["loantype"]),
            ("task", &["workordered"]),
            ("instructions", &["department", "followuptype", "ordernotes", "notes"]),
        ],
        ..NONE
    },
    Preset {
        name: "inspectorade",
        title: "an InspectorADE list",
        signs: &[&["workcode"], &["worktypecode"]],
        aliases: &[
            ("number", &["id", "orderid", "orderno", "inspectionid", "workorderno"]),
            ("reference", &["loanno", "loanorderno"]),
            ("task", &["workcode", "worktypecode", "inspectiontype"]),
            ("assigned_to", &["inspector", "rep"]),
        ],
        ..NONE
    },
    Preset {
        name: "ppw",
        title: "a PPW list",
        signs: &[&["workorderno", "worktype", "customerno"], &["workorderno", "broker"], &["ppwno"]],
        aliases: &[
            ("number", &["workorderno", "wono", "ppwno"]),
            ("source_wo_provider", &["customerno", "customer"]),
            ("attribute7", &["broker"]),
            ("attribute8", &["loantype"]),
            ("task", &["worktype"]),
            ("start_date", &["startdate"]),
            ("due_date", &["duedate", "datedue"]),
            ("", &["contractor"]),
        ],
        ..NONE
    },
];

/// The usual names of columns.
pub(super) static USUAL: Aliases = &[
    (
        "number",
        &[
            "workorderno",
            "wono",
            "workorderid",
            "woid",
            "workorder",
            "orderno",
            "orderid",
            "projectno",
            "projectid",
            "jobno",
            "jobid",
            "inspectionid",
            "worder",
            "ppwno",
            "wo",
            "order",
            "fileno",
            "ticketno",
        ],
    ),
    (
        "full_address",
        &["fulladdress", "completeaddress", "propertyfulladdress", "addresscitystatezip", "fullpropertyaddress"],
    ),
    (
        "address1",
        &[
            "address1",
            "addressline1",
            "propertyaddress1",
            "streetaddress",
            "propertystreet",
            "street",
            "propertyaddress",
            "siteaddress",
            "address",
            "addr1",
            "addr",
        ],
    ),
    ("address2", &["address2", "addressline2", "propertyaddress2", "addr2", "unit", "unitno", "suite", "apt"]),
    ("city", &["city", "propertycity", "sitecity", "town"]),
    ("state", &["state", "propertystate", "sitestate", "statecode", "st", "province"]),
    (
        "zip",
        &["zip", "zipcode", "propertyzip", "propertyzipcode", "postalcode", "sitezip", "zippostalcode", "postcode"],
    ),
    ("country", &["country"]),
    ("assigned_to", &["assignedto", "assignee", "assigned", "crew", "inspector"]),
    ("status", &["status", "projectstatus"]),
    (
        "due_date",
        &["duedate", "datedue", "due", "vendorduedate", "repduedate", "serviceduedate", "servicedue", "dueby"],
    ),
    ("client_due_date", &["clientduedate", "clientdue"]),
    ("start_date", &["startdate", "datestart", "availabledate"]),
    ("client_status", &["clientstatus", "workorderstatus", "orderstatus"]),
    ("client_instructions", &["clientinstructions"]),
    (
        "instructions",
        &[
            "instructions",
            "instruction",
            "specialinstructions",
            "workorderinstructions",
            "comments",
            "ordernotes",
            "notes",
            "note",
        ],
    ),
    ("description", &["description", "workorderdescription"]),
    ("reference", &["reference", "referenceno", "ref", "refno", "loanno"]),
    (
        "work_order_info",
        &["workorderinfo", "info", "lockbox", "lockboxcode", "lockcode", "keycode", "gatecode", "accesscode"],
    ),
    ("gps_latitude", &["gpslatitude", "latitude", "lat"]),
    ("gps_longitude", &["gpslongitude", "longitude", "lon", "lng", "long"]),
    ("source_wo_provider", &["client", "clientname", "customer", "customerno", "company"]),
    (
        "task",
        &[
            "taskname",
            "task",
            "servicename",
            "service",
            "lineitemdescription",
            "lineitem",
            "worktype",
            "workordertype",
            "ordertype",
            "servicetype",
            "inspectiontype",
            "workordered",
            "servicegroup",
            "workcode",
        ],
    ),
    ("task_instructions", &["taskinstructions", "serviceinstructions", "lineitemnotes"]),
    ("tasks", &["tasks"]),
    ("last_modified", &["lastmodified", "lastmodifieddate", "modifieddate", "lastupdated", "updated"]),
];

/// The names of all presets that Muster brings.
pub(super) fn suggested() -> Vec<&'static str> {
    PRESETS.iter().map(|preset| preset.name).collect()
}

/// The preset of that name.
pub(super) fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// The names of all, for an admin.
pub(super) fn names() -> String {
    PRESETS.iter().map(|preset| preset.name).collect::<Vec<_>>().join(", ")
}

/// What kind of list has these headers.
pub(super) fn guess(headers: &[String]) -> &'static Preset {
    let has = |sign: &&[&str]| sign.iter().all(|header| headers.iter().any(|known| known == header));
    PRESETS.iter().find(|preset| preset.signs.iter().any(has)).unwrap_or(&NONE)
}

#[cfg(test)]
mod tests {
    use super::super::target::{Target, normal};
    use super::*;

    #[test]
    fn every_alias_goes_somewhere_and_is_written_as_headers_are_compared() {
        for (target, headers) in PRESETS.iter().flat_map(|preset| preset.aliases).chain(USUAL) {
            assert!(target.is_empty() || Target::from_name(target).is_some(), "{target}");
            assert!(headers.iter().all(|header| normal(header) == **header), "{headers:?}");
        }
        for sign in PRESETS.iter().flat_map(|preset| preset.signs).flat_map(|sign| sign.iter()) {
            assert_eq!(normal(sign), *sign);
        }
    }

    #[test]
    fn no_header_is_said_twice_for_different_targets() {
        for aliases in PRESETS.iter().map(|preset| preset.aliases).chain([USUAL]) {
            let mut seen = std::collections::HashMap::new();
            for (target, headers) in aliases.iter().filter(|(target, _)| !target.is_empty()) {
                for header in *headers {
                    assert_eq!(seen.insert(header, target), None, "{header}");
                }
            }
        }
    }
}
