//! What can be typed. Names and help only; what the commands do is in `commands/`.

mod preset;
mod user;
mod work_type;

use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use muster_core::model::{AutoAdmin, Field, IntegrationCode, Mode, ProjectStatus, Schedule};

pub(crate) use preset::PresetCommand;
pub(crate) use user::{NewUserArgs, UserCommand};
pub(crate) use work_type::{ContentArgs, WorkTypeCommand};

/// Work orders from every client system in one list of projects.
#[derive(Debug, Parser)]
#[command(name = "muster", version, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Where Muster keeps its data.
    #[arg(long, global = true, value_name = "DIR", env = "MUSTER_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The key file of the vault, on a machine without a credential store.
    #[arg(long, global = true, value_name = "FILE", env = "MUSTER_VAULT_KEY")]
    pub(crate) vault_key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) who: Who,
    /// Print one JSON value on standard output and nothing else.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Who asks. As long as there are no users, whoever may open the data directory.
#[derive(Debug, Args)]
pub(crate) struct Who {
    /// Sign in as this user (or `MUSTER_USER`); the password is taken from `MUSTER_PASSWORD` or typed.
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "token_file")]
    pub(crate) user: Option<String>,
    /// Sign in with the token in this file (or `MUSTER_TOKEN_FILE`; muster user token makes one), for scheduled tasks.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the integration types with their settings, secrets and capabilities.
    Types,
    /// Set up integrations.
    #[command(subcommand)]
    Integration(IntegrationCommand),
    /// Set up work types: values and tasks that an integration gives to its new projects.
    #[command(subcommand)]
    WorkType(WorkTypeCommand),
    /// Keep mappings of spreadsheets under a name.
    #[command(subcommand)]
    Preset(PresetCommand),
    /// Connect with the stored settings and say whether they work.
    Validate { code: IntegrationCode },
    /// Import what is new or changed. Removes nothing.
    #[command(group = ArgGroup::new("which").required(true))]
    Refresh {
        #[arg(group = "which")]
        code: Option<IntegrationCode>,
        /// Every integration, side by side.
        #[arg(long, group = "which")]
        all: bool,
    },
    /// Import everything, and remove the projects of that code that are not part of it.
    FullImport {
        code: IntegrationCode,
        /// Show what it would do. On a terminal it asks whether to do it; otherwise it changes nothing, whatever else is said.
        #[arg(long)]
        preview: bool,
        /// Remove without asking, whatever is missing from the list.
        #[arg(long)]
        confirm_removals: bool,
        /// Read every order again, also those that look as they did the last time.
        #[arg(long)]
        re_read: bool,
    },
    /// Show the removals that wait for a decision, or decide.
    Removals {
        code: Option<IntegrationCode>,
        /// Remove the projects that this import found gone.
        #[arg(long, value_name = "IMPORT", requires = "code", conflicts_with = "decline")]
        confirm: Option<i64>,
        /// Keep them.
        #[arg(long, value_name = "IMPORT", requires = "code")]
        decline: Option<i64>,
    },
    /// Bring back what an import removed, or one project.
    #[command(group = ArgGroup::new("what").required(true))]
    BringBack {
        #[arg(group = "what", value_parser = import_number)]
        import: Option<i64>,
        #[arg(long, value_name = "CODE::NUMBER", group = "what")]
        project: Option<ProjectNumber>,
    },
    /// Look at the projects and edit them.
    #[command(subcommand)]
    Projects(ProjectsCommand),
    /// Look at the imports.
    #[command(subcommand)]
    Imports(ImportsCommand),
    /// Set up users, and tokens for scheduled tasks.
    #[command(subcommand)]
    User(UserCommand),
    /// Keep secrets in an encrypted file, on a machine without a credential store.
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Print the completions of a shell.
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Subcommand)]
pub(crate) enum IntegrationCommand {
    /// Add an integration. Its settings are tried before they are saved.
    Add {
        /// The integration type; see `muster types`.
        #[arg(long = "type", value_name = "TYPE")]
        kind: String,
        /// The short text before each project number: 1 to 16 letters, digits or dashes.
        #[arg(long)]
        code: IntegrationCode,
        /// Take over the projects of that code that were kept when their integration was deleted.
        #[arg(long)]
        adopt: bool,
        #[command(flatten)]
        input: InputArgs,
    },
    /// Show all integrations.
    List,
    /// Show one.
    Show { code: IntegrationCode },
    /// Show its first records, as they are and as they would be read. Nothing is imported.
    Look { code: IntegrationCode },
    /// Write the description by which one of the type web-api works into a file, for other offices. It holds no secrets.
    Describe {
        code: IntegrationCode,
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Change one.
    Edit {
        code: IntegrationCode,
        /// Another code, as long as it has no projects.
        #[arg(long = "code", value_name = "NEW")]
        new_code: Option<IntegrationCode>,
        /// Take over the projects of that code that were kept when their integration was deleted.
        #[arg(long)]
        adopt: bool,
        #[command(flatten)]
        input: InputArgs,
    },
    /// Delete one.
    Delete {
        code: IntegrationCode,
        /// What becomes of its projects.
        #[arg(long, value_enum)]
        projects: KeepOrRemove,
    },
}

#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// The long name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// How much control the client system has over imported projects.
    #[arg(long, value_parser = mode)]
    pub(crate) mode: Option<Mode>,
    /// Whether every import resets the shared fields (External only).
    #[arg(long, value_name = "on|off", value_parser = auto_admin)]
    pub(crate) auto_admin: Option<AutoAdmin>,
    /// Who gets new projects (External only): a username or ~all~.
    #[arg(long, value_name = "USER")]
    pub(crate) default_assign_to: Option<String>,
    /// The work type that new projects get; an empty name is none.
    #[arg(long, value_name = "NAME")]
    pub(crate) default_work_type: Option<String>,
    /// When the window refreshes it by itself: `off`, `quarter_hourly`, `hourly`, or `daily 06:30`.
    #[arg(long, value_name = "WHEN")]
    pub(crate) schedule: Option<Schedule>,
    /// A setting of the type; an empty value takes it back to its default.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) set: Vec<(String, String)>,
    /// A secret, from an environment variable or (-) a line of standard input.
    #[arg(long = "secret", value_name = "KEY=env:VAR|KEY=-", value_parser = secret)]
    pub(crate) secret: Vec<SecretArg>,
    /// Save without trying the settings.
    #[arg(long)]
    pub(crate) no_validate: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum KeepOrRemove {
    /// They stay in the list, without a connection.
    Keep,
    /// They leave the list; they can be brought back for a year.
    Remove,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProjectsCommand {
    /// Show the list.
    List {
        #[arg(long)]
        code: Option<IntegrationCode>,
        #[arg(long, value_parser = status)]
        status: Option<ProjectStatus>,
        /// Text in the number, address, reference, info, assignee or a task's name.
        #[arg(long)]
        search: Option<String>,
        /// At most so many (50 on a terminal, else all).
        #[arg(long)]
        limit: Option<u64>,
        #[arg(long, default_value_t = 0)]
        offset: u64,
    },
    /// Show one, with its tasks and its history.
    Show { number: ProjectNumber },
    /// Change one.
    Edit {
        number: ProjectNumber,
        /// A field and its new value; an empty value clears it.
        #[arg(long = "set", value_name = "FIELD=VALUE", required = true, value_parser = field_pair)]
        set: Vec<(Field, String)>,
    },
    /// Take one out of the list. It comes back when the client sends it again.
    Delete { number: ProjectNumber },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImportsCommand {
    /// Show the imports, newest first.
    List {
        #[arg(long)]
        code: Option<IntegrationCode>,
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// Show one, with the problems of single orders.
    Show { import: i64 },
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// Make the vault.
    #[command(group = ArgGroup::new("lock").required(true))]
    Init {
        /// Lock it with a new key file.
        #[arg(long, value_name = "FILE", group = "lock")]
        key: Option<PathBuf>,
        /// Lock it with a passphrase, from `MUSTER_VAULT_PASSPHRASE` or a prompt.
        #[arg(long, group = "lock")]
        passphrase: bool,
    },
}

/// A project's number, `CODE::number`.
#[derive(Debug, Clone)]
pub(crate) struct ProjectNumber {
    pub(crate) code: IntegrationCode,
    pub(crate) number: String,
}

impl std::str::FromStr for ProjectNumber {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (code, number) = text.split_once("::").ok_or("a project's number is written CODE::NUMBER")?;
        let code = code.parse().map_err(|error: muster_core::model::BadCode| error.to_string())?;
        Ok(Self { code, number: number.to_owned() })
    }
}

/// Where a secret comes from. Never from the arguments: every user of the machine can read those.
#[derive(Debug, Clone)]
pub(crate) struct SecretArg {
    pub(crate) key: String,
    pub(crate) from: SecretFrom,
}

#[derive(Debug, Clone)]
pub(crate) enum SecretFrom {
    Variable(String),
    Input,
}

fn import_number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| {
        "an import has a number (muster imports list); for a project say --project CODE::NUMBER".to_owned()
    })
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

fn field_pair(text: &str) -> Result<(Field, String), String> {
    let (name, value) = text.split_once('=').ok_or("write FIELD=VALUE")?;
    let field = Field::from_name(name.trim()).ok_or_else(|| {
        let known = Field::ALL.map(Field::name).join(", ");
        format!("there is no field {name}; there are {known}")
    })?;
    Ok((field, value.to_owned()))
}

fn secret(text: &str) -> Result<SecretArg, String> {
    // The value is not repeated in the error: it may be a secret.
    let wrong = "write KEY=env:VAR or KEY=- ; a secret itself is never given as an argument";
    let (key, from) = text.split_once('=').ok_or(wrong)?;
    let from = match from.strip_prefix("env:") {
        Some(variable) if !variable.is_empty() => SecretFrom::Variable(variable.to_owned()),
        None if from == "-" => SecretFrom::Input,
        _ => return Err(wrong.to_owned()),
    };
    Ok(SecretArg { key: key.trim().to_owned(), from })
}

/// Takes a secret that was typed as an argument all the same out of the words of the error: those end up in logs.
pub(crate) fn forget_secret(error: &mut clap::Error) {
    let is_secret =
        matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(arg)) if arg.starts_with("--secret"));
    if is_secret && error.get(ContextKind::InvalidValue).is_some() {
        error.insert(ContextKind::InvalidValue, ContextValue::String("***".to_owned()));
    }
}

fn mode(text: &str) -> Result<Mode, String> {
    [Mode::Internal, Mode::External]
        .into_iter()
        .find(|mode| mode.as_str().eq_ignore_ascii_case(text))
        .ok_or_else(|| "internal or external".to_owned())
}

fn auto_admin(text: &str) -> Result<AutoAdmin, String> {
    match text.to_ascii_lowercase().as_str() {
        "on" => Ok(AutoAdmin::On),
        "off" => Ok(AutoAdmin::Off),
        _ => Err("on or off".to_owned()),
    }
}

fn status(text: &str) -> Result<ProjectStatus, String> {
    ProjectStatus::from_text(text)
        .ok_or_else(|| format!("one of {}", ProjectStatus::ALL.map(ProjectStatus::as_str).join(", ")))
}
