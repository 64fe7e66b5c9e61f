//! XactPRM. There is no public interface: an office saves the project list, or the result of a search, as a spreadsheet; or
//! Verisk has granted it an endpoint (docs/protocols/xactprm.md).

use super::roads::{self, ROAD, Road};
use super::{Capabilities, Descriptor, Guide, spreadsheet, web_api};

const ROADS: &[Road] = &[
    Road::spreadsheet(
        "You save the project list or the result of an Advanced Search as files.",
        &[("preset", "xactprm")],
    ),
    Road::direct("Verisk has granted you an endpoint and says how it answers."),
];

const ROAD_HELP: &str = "How the projects of XactPRM come to your office.";

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: "xactprm",
    title: "XactPRM",
    about: "Projects of XactPRM (bids and estimates), by spreadsheets of its lists, or directly where Verisk has granted an \
            endpoint.",
    guide: Guide {
        covers: "Projects of XactPRM and XactPRM Connect. A project there is an estimate or a bid for a property, not a grass \
                 cut.",
        needs: "A folder into which you save the project list or the result of an Advanced Search as a spreadsheet; or an \
                endpoint that Verisk has granted to your office, with a description of it.",
        credentials: "Through a spreadsheet: none; Muster does not sign in to XactPRM. Directly: what Verisk gave you.",
        limits: "The lists hold the address only if you add its columns to the Advanced Search. Complete and Cancelled projects \
                 are closed. A row counts as changed when anything in it changed, its Last Modified Date for one.",
        untried: "Never run against XactPRM or files of it: the names of its columns are those of its help pages. Look at the \
                  first records, and correct by hand what was not recognised.",
    },
    capabilities: Capabilities {
        validate: true,
        refresh: true,
        full_import: true,
        complete_list: true,
        cancellations: true,
        assignment: true,
        tasks_fixed: false,
        look: true,
    },
    mapping_version: spreadsheet::MAPPING_VERSION + web_api::MAPPING_VERSION,
    connection_settings: &[ROAD, "path", "pattern", "description", "base_url", "username", "client_id"],
    servers: |settings| roads::servers(ROADS, settings),
    schema: || roads::schema(ROADS, ROAD_HELP),
    check: |settings| roads::check(ROADS, settings),
    connect: |connection| roads::connect(ROADS, connection),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_mapping_of_a_road_is_a_new_one_here() {
        let of_roads: i64 = ROADS.iter().map(|road| road.by.mapping_version).sum();
        assert_eq!(DESCRIPTOR.mapping_version, of_roads);
    }
}
