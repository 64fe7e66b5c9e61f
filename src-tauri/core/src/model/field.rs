//! The fields of a project as one table of data: name, kind, who decides, whether the list needs it.
//! Store, merge, history, the command line and the pages all walk this table, so a field is added in one line.
//! It holds no values and does no I/O.

use std::ops::{Index, IndexMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What kind of value a field holds. All values travel and are stored as text in one canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Plain text.
    Text,
    /// Text that may hold HTML from the client system; it is hostile and must be sanitised before it is shown.
    Html,
    /// A calendar date without a zone, as `YYYY-MM-DD`. It is never shifted.
    Date,
    /// One of [`super::ProjectStatus`], in its canonical spelling.
    Status,
    /// Opaque JSON, kept and given back as it came (the container's shape is not documented by anybody).
    Json,
}

/// Who may change a field after the project has been created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Belongs to the client system: every update overwrites it, people only read it.
    Client,
    /// Shared: people edit it, and Mode and Auto Admin say whether the client may overwrite that.
    Shared,
    /// Assigned To: the client decides it in Internal mode only, and Auto Admin does not cover it.
    Assignment,
}

/// Fields that are shown together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum FieldGroup {
    /// What is to be done, by whom and until when.
    Work,
    /// Where.
    Place,
    /// What the client says about it.
    Client,
    /// Where the client has it from.
    Source,
    /// The rest.
    More,
}

macro_rules! fields {
    ($($variant:ident $name:literal $kind:ident $group:ident $required:literal $section:ident $title:literal;)*) => {
        /// One field of a project, work-order number and tasks aside.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is a row of the table below and named as on the wire")]
        pub enum Field { $($variant,)* }

        impl Field {
            /// Every field, in the order of the table, which is also the order of the columns.
            pub const ALL: [Field; [$(Field::$variant),*].len()] = [$(Field::$variant),*];

            /// The name in the database and in JSON: the wire's name in `snake_case`.
            pub const fn name(self) -> &'static str {
                match self { $(Field::$variant => $name,)* }
            }

            /// What kind of value it holds.
            pub const fn kind(self) -> Kind {
                match self { $(Field::$variant => Kind::$kind,)* }
            }

            /// Who may change it.
            pub const fn group(self) -> Group {
                match self { $(Field::$variant => Group::$group,)* }
            }

            /// The name on the screen.
            pub const fn title(self) -> &'static str {
                match self { $(Field::$variant => $title,)* }
            }

            /// With which other fields it is shown.
            pub const fn field_group(self) -> FieldGroup {
                match self { $(Field::$variant => FieldGroup::$section,)* }
            }

            /// Whether a project cannot be created without it. An empty text never clears such a field.
            pub const fn required(self) -> bool {
                match self { $(Field::$variant => $required,)* }
            }
        }
    };
}

// The fields of docs/protocols/pruvan.md; who owns what is told in docs/decisions/0003-who-owns-a-field.md.
fields! {
    WorkOrderInfo      "work_order_info"      Text   Shared     false Work   "Info";
    Address1           "address1"             Text   Client     true  Place  "Address";
    Address2           "address2"             Text   Client     false Place  "Address 2";
    City               "city"                 Text   Client     true  Place  "City";
    State              "state"                Text   Client     true  Place  "State";
    Zip                "zip"                  Text   Client     true  Place  "ZIP";
    Country            "country"              Text   Client     false Place  "Country";
    AssignedTo         "assigned_to"          Text   Assignment false Work   "Assigned To";
    Status             "status"               Status Shared     true  Work   "Status";
    DueDate            "due_date"             Date   Shared     false Work   "Due Date";
    Instructions       "instructions"         Html   Shared     false Work   "Instructions";
    ClientStatus       "client_status"        Text   Client     false Client "Client Status";
    ClientDueDate      "client_due_date"      Date   Client     false Client "Client Due Date";
    ClientInstructions "client_instructions"  Html   Client     false Client "Client Instructions";
    Description        "description"          Text   Shared     false Work   "Description";
    Reference          "reference"            Text   Shared     false Work   "Reference";
    Options            "options"              Json   Shared     false More   "Options";
    StartDate          "start_date"           Date   Client     false Client "Start Date";
    GpsLatitude        "gps_latitude"         Text   Client     false Place  "Latitude";
    GpsLongitude       "gps_longitude"        Text   Client     false Place  "Longitude";
    SourceWoNumber     "source_wo_number"     Text   Client     false Source "Source Number";
    SourceWoId         "source_wo_id"         Text   Client     false Source "Source ID";
    SourceWoProvider   "source_wo_provider"   Text   Client     false Source "Source Provider";
    Attribute7         "attribute7"           Text   Client     false More   "Attribute 7";
    Attribute8         "attribute8"           Text   Client     false More   "Attribute 8";
    Attribute9         "attribute9"           Text   Client     false More   "Attribute 9";
    Attribute10        "attribute10"          Text   Client     false More   "Attribute 10";
    Attribute11        "attribute11"          Text   Client     false More   "Attribute 11";
    Attribute12        "attribute12"          Text   Client     false More   "Attribute 12";
    Attribute13        "attribute13"          Text   Client     false More   "Attribute 13";
    Attribute14        "attribute14"          Text   Client     false More   "Attribute 14";
    Attribute15        "attribute15"          Text   Client     false More   "Attribute 15";
    ControlConfig      "control_config"       Text   Client     false More   "Control Config";
}

impl Field {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The field of that name (see [`Field::name`]).
    pub fn from_name(name: &str) -> Option<Field> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// One optional value for each [`Field`]. In a work order `None` means *not sent*, in a project *empty*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields<T>([Option<T>; Field::COUNT]);

impl<T> Default for Fields<T> {
    fn default() -> Self {
        Self([const { None }; Field::COUNT])
    }
}

impl<T> Index<Field> for Fields<T> {
    type Output = Option<T>;
    fn index(&self, field: Field) -> &Option<T> {
        &self.0[field as usize]
    }
}

impl<T> IndexMut<Field> for Fields<T> {
    fn index_mut(&mut self, field: Field) -> &mut Option<T> {
        &mut self.0[field as usize]
    }
}

impl<T: Serialize> Serialize for Fields<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Fields<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values: Vec<Option<T>> = Vec::deserialize(deserializer)?;
        let count = values.len();
        values.try_into().map(Self).map_err(|_| serde::de::Error::invalid_length(count, &"one value for each field"))
    }
}

impl<T: AsRef<str>> Fields<T> {
    /// The text of a field, if there is one.
    pub fn text(&self, field: Field) -> Option<&str> {
        self[field].as_ref().map(AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name_and_sits_at_its_place() {
        for (place, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, place);
            assert_eq!(Field::from_name(field.name()), Some(field));
        }
        assert_eq!(Field::from_name("workOrderNumber"), None);
    }
}
