//! sea-orm's entities: the rows as they lie in the database. Private to the store.
#![allow(unreachable_pub, reason = "sea-orm derives public items, and expects public rows")]

pub(super) mod setting {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod integration {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "integrations")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub code: String,
        pub name: Option<String>,
        pub kind: String,
        pub mode: String,
        pub auto_admin: bool,
        pub default_assign_to: Option<String>,
        pub settings: String,
        pub secrets: String,
        pub servers: Option<String>,
        pub validated: bool,
        pub revision: i64,
        pub merge_epoch: i64,
        pub mapping_version: i64,
        pub cursor: Option<i64>,
        pub memory: String,
        pub created_at: i64,
        pub schedule: String,
        pub login_refused: bool,
        pub default_work_type: Option<i64>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod grant {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "grants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub integration_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        pub added_by: String,
        pub added_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod import {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "imports")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub integration_id: Option<i64>,
        pub code: String,
        pub kind: String,
        pub asked_by: String,
        pub asked_at: i64,
        pub started_at: Option<i64>,
        pub finished_at: Option<i64>,
        pub outcome: Option<String>,
        pub added: i64,
        pub changed: i64,
        pub unchanged: i64,
        pub removed: i64,
        pub skipped: i64,
        pub problem_count: i64,
        pub error: Option<String>,
        pub notes: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod import_problem {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_problems")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub import_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        pub number: Option<String>,
        pub reason: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
