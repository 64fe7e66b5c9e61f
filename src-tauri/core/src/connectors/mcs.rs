//! MCS. There is no public interface: an office gets its orders through PPW, in spreadsheets, or by a web service that MCS has
//! granted (docs/protocols/mcs.md, docs/decisions/0016-roads.md).

use super::roads::{self, ROAD, Road};
use super::{Capabilities, Descriptor, Guide, ppw, spreadsheet, web_api};

const ROADS: &[Road] = &[
    Road {
        name: "ppw",
        title: "Through PPW",
        help: "Your PPW account already imports the orders of MCS. A PPW integration of the same account leaves them out.",
        by: &ppw::DESCRIPTOR,
        defaults: &[],
        connect: |connection| Ok(Box::new(ppw::Ppw::new(connection, ppw::Only::Mcs)?)),
    },
    Road::spreadsheet("You save exports of Vendor360 as files.", &[("preset", "mcs")]),
    Road::direct("MCS has granted you a web service and says how it answers."),
];

const ROAD_HELP: &str = "How the orders of MCS come to your office.";

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: "mcs",
    title: "MCS",
    about: "Orders of MCS, by the road that your office has: through PPW, through spreadsheets of Vendor360, or directly where \
            MCS has granted a web service.",
    guide: Guide {
        covers: "Work orders of MCS. MCS publishes no interface of its own, so Muster does not sign in to Vendor360.",
        needs: "One of three: a PPW account that imports MCS orders already (the best); a folder into which you save the \
                spreadsheets of Vendor360; or a web service that MCS has granted to your office, with a description of it.",
        credentials: "Through PPW: your PPW user name and password. Through a spreadsheet: none. Directly: what MCS gave you.",
        limits: "Orders arrive unassigned, and the tasks cannot be changed here. Results are submitted in Vendor360 as before. \
                 Only through PPW, or with files that hold all open orders, can a Full Import notice that an order is gone.",
        untried: "Never run against MCS. How Vendor360 names the columns of its exports is not published: look at the first \
                  records, and correct by hand what was not recognised.",
    },
    capabilities: Capabilities {
        validate: true,
        refresh: true,
        full_import: true,
        complete_list: true,
        cancellations: true,
        assignment: false,
        tasks_fixed: true,
        look: true,
    },
    mapping_version: ppw::MAPPING_VERSION + spreadsheet::MAPPING_VERSION + web_api::MAPPING_VERSION,
    connection_settings: &[ROAD, "url", "username", "path", "pattern", "description", "base_url", "client_id"],
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
