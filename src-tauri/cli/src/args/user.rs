//! What can be typed after `muster user`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use muster_core::model::Role;

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add a user. The password is taken from `MUSTER_NEW_PASSWORD` or typed twice.
    Add(NewUserArgs),
    /// Show all users.
    List,
    /// Change a user. What is not given stays; an empty value clears.
    Edit {
        #[arg(value_name = "USERNAME")]
        username: String,
        /// admin, staff, crew or client. Another role signs the user out everywhere.
        #[arg(long, value_parser = role)]
        role: Option<Role>,
        /// What the person is called.
        #[arg(long)]
        name: Option<String>,
        /// The e-mail address.
        #[arg(long)]
        email: Option<String>,
    },
    /// Give a user another password, from `MUSTER_NEW_PASSWORD` or typed twice. Signs the user out, and revokes the tokens.
    ResetPassword {
        #[arg(value_name = "USERNAME")]
        username: String,
    },
    /// Let a user in no more. Signs the user out, and revokes the tokens.
    Deactivate {
        #[arg(value_name = "USERNAME")]
        username: String,
    },
    /// Let a user in again.
    Activate {
        #[arg(value_name = "USERNAME")]
        username: String,
    },
    /// Make a token that signs a scheduled task in as this user, in a new file that only you can read.
    Token {
        #[arg(value_name = "USERNAME")]
        username: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        /// What it is for; otherwise the name of the file.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
    },
    /// Show the tokens that work.
    Tokens {
        #[arg(value_name = "USERNAME")]
        username: Option<String>,
    },
    /// Make a token worthless.
    Revoke {
        /// Its number (muster user tokens).
        token: i64,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewUserArgs {
    /// 1 to 64 letters, digits, dots, dashes, underscores or @. It never changes.
    #[arg(value_name = "USERNAME")]
    pub(crate) username: String,
    /// admin, staff, crew or client; the first user is an admin, others are staff if nothing is said.
    #[arg(long, value_parser = role)]
    pub(crate) role: Option<Role>,
    /// What the person is called.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The e-mail address.
    #[arg(long)]
    pub(crate) email: Option<String>,
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_text(text).ok_or_else(|| format!("one of {}", Role::ALL.map(Role::as_str).join(", ")))
}
