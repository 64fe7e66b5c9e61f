//! The words that orders are made of: places, streets, work, and what clients write about it.

/// A place: city, two-letter code, name of the state, first three digits of the ZIP, latitude and longitude.
pub(crate) type Place = (&'static str, &'static str, &'static str, &'static str, f64, f64);

/// Real cities; several have ZIPs with leading zeros.
pub(crate) const PLACES: [Place; 20] = [
    ("Tulsa", "OK", "Oklahoma", "741", 36.154, -95.993),
    ("Norman", "OK", "Oklahoma", "730", 35.222, -97.439),
    ("Boston", "MA", "Massachusetts", "021", 42.360, -71.058),
    ("Newark", "NJ", "New Jersey", "071", 40.735, -74.172),
    ("Portland", "ME", "Maine", "041", 43.659, -70.256),
    ("Providence", "RI", "Rhode Island", "029", 41.824, -71.412),
    ("Hartford", "CT", "Connecticut", "061", 41.763, -72.685),
    ("Burlington", "VT", "Vermont", "054", 44.476, -73.212),
    ("San Juan", "PR", "Puerto Rico", "009", 18.466, -66.106),
    ("Phoenix", "AZ", "Arizona", "850", 33.448, -112.074),
    ("Cañon City", "CO", "Colorado", "812", 38.441, -105.242),
    ("St. Louis", "MO", "Missouri", "631", 38.627, -90.199),
    ("Coeur d'Alene", "ID", "Idaho", "838", 47.678, -116.780),
    ("Winston-Salem", "NC", "North Carolina", "271", 36.100, -80.244),
    ("Baton Rouge", "LA", "Louisiana", "708", 30.451, -91.187),
    ("Truth or Consequences", "NM", "New Mexico", "879", 33.128, -107.253),
    ("Grand Rapids", "MI", "Michigan", "495", 42.963, -85.668),
    ("Sault Ste. Marie", "MI", "Michigan", "497", 46.490, -84.346),
    ("Washington", "DC", "District of Columbia", "200", 38.907, -77.037),
    ("Hilo", "HI", "Hawaii", "967", 19.707, -155.085),
];

/// Names of streets.
pub(crate) const STREETS: [&str; 24] = [
    "Alder",
    "Pine",
    "Maple",
    "N Main",
    "S 3rd",
    "E 41st",
    "Peña",
    "O'Connor",
    "Martin Luther King Jr",
    "Juniper",
    "W Elm",
    "County Road 214",
    "Old Mill",
    "Lakeview",
    "Chestnut",
    "Sycamore",
    "Washington",
    "Jefferson",
    "Hillcrest",
    "Cañada Vista",
    "Saint-Étienne",
    "Rose Hill",
    "State Route 9",
    "Bluff",
];

/// Kinds of streets.
pub(crate) const KINDS: [&str; 8] = ["St", "Ave", "Rd", "Court", "Blvd", "Ln", "Dr", "Ter"];

/// Second address lines.
pub(crate) const SECOND_LINES: [&str; 6] = ["Unit 3", "Apt 12B", "Lot 7", "#204", "Rear building", "Bldg C, Ste 110"];

/// Work, as clients name it: name of the service, survey, price as the description tells it.
pub(crate) const WORK: [(&str, &str, u32); 12] = [
    ("Grass cut", "", 45),
    ("Initial grass cut", "", 85),
    ("Property check", "propcheck-v3", 25),
    ("Lock change", "", 110),
    ("Winterization", "winter-dry-v2", 140),
    ("Debris removal", "", 320),
    ("Board windows", "", 95),
    ("Occupancy inspection", "occupancy-v5", 18),
    ("Sump pump repair", "", 260),
    ("Roof tarp", "rooftarp", 390),
    ("Maid service", "", 75),
    ("Snow removal", "", 60),
];

/// What the client's system calls the state of an order.
pub(crate) const CLIENT_STATUS: [&str; 10] = [
    "New",
    "Open",
    "In Field",
    "Assigned to vendor",
    "Pending QC",
    "Bid requested",
    "Past due",
    "On hold",
    "Ready for office",
    "Returned \"as is\"",
];

/// Banks and field-service companies that the order came from first. Invented.
pub(crate) const PROVIDERS: [&str; 5] =
    ["Example Bank", "Northwind Mortgage", "Fabrikam Field Services", "Contoso REO", "Crédit Général"];

/// People of the crew.
pub(crate) const CREW: [&str; 5] = ["crew.ann", "crew.bo", "jose.núñez", "m.okafor", "~all~"];

/// Paragraphs of instructions; an order takes several.
pub(crate) const PARAGRAPHS: [&str; 16] = [
    "<p>Cut grass to 2 inches or less, <b>photo all sides</b> before, during and after.</p>",
    "<p>Trim along foundations, fences &amp; walks; blow clippings off drive and porch.</p>",
    "<p>If anybody is <i>living there</i>, do not enter: take one photo from the street and call the office.</p>",
    "<ul><li>Street sign and house number</li><li>All four sides</li><li>Utility meters, readable</li></ul>",
    "<p>Secure every opening. Use &quot;keyed alike&quot; hardware, code <b>A389</b> unless the order says otherwise.</p>",
    "<p>Report damage the same day. A bid needs length \u{d7} width, photos with a tape measure, and a price.</p>",
    "<p style=\"color:#b00\"><strong>Do not remove personal property.</strong> List it, with a photo of each room.</p>",
    "<p>See <a href=\"https://example.com/guides/preservation?step=2&amp;lang=en\">the guide</a>, pages 4\u{2013}7.</p>",
    "<p>Water must be off at the curb. Pressure test at 35 psi for 15 minutes; photo the gauge at start and end.</p>",
    "<p>Max. allowable: $250.00. Over that \u{2192} bid, don\u{2019}t proceed.</p>",
    "<p>Temperature at the site must be above 40\u{b0}F. Note it in the survey.</p>",
    "<p>\u{bf}Vecinos preguntan? Diga: \u{ab}mantenimiento\u{bb}. Gracias \u{1f33f}</p>",
    "<br/>1) Check in.<br/>2) Walk the whole property.<br/>3) Check out.\r\n",
    "<table><tr><td>Front</td><td>3 photos</td></tr><tr><td>Rear</td><td>3 photos</td></tr></table>",
    "<p>Place the notice on the front door\tand in the kitchen window. Path on the share: C:\\Notices\\2026.</p>",
    "<p>Vendor must hold the key log. \u{6f22}\u{5b57} in the owner\u{2019}s name is expected: keep it as it is.</p>",
];
