//! Users and their roles, and what a username, a name, an e-mail address and a password may be.

use serde::{Deserialize, Serialize};

/// The most characters of a username.
const MOST_USERNAME: usize = 64;
/// The most characters of a person's name.
const MOST_NAME: usize = 200;
/// The most characters of an e-mail address.
const MOST_EMAIL: usize = 254;
/// The fewest characters of a password.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// The most bytes of a password.
const MOST_PASSWORD: usize = 1024;

/// What a person is in the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything; the only one who sees integrations, imports and users.
    Admin,
    /// Looks at projects and edits them.
    Staff,
    /// Can be assigned work; needs no sign-in.
    Crew,
    /// Sees what is published to them in the Client Portal.
    Client,
}

impl Role {
    /// All, from who may most to who may least.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Staff, Self::Crew, Self::Client];

    /// The word of the database and of JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Staff => "staff",
            Self::Crew => "crew",
            Self::Client => "client",
        }
    }

    /// Reads the word, whatever its case.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str().eq_ignore_ascii_case(text.trim()))
    }

    /// Whether somebody with this role signs in, and so needs a password.
    pub const fn signs_in(self) -> bool {
        matches!(self, Self::Admin | Self::Staff)
    }
}

/// A person whom Muster knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct User {
    /// Never used again for somebody else.
    pub id: i64,
    /// Unique whatever the case, and fixed.
    pub username: String,
    /// What the person is called.
    pub name: Option<String>,
    /// Where the person can be written to.
    pub email: Option<String>,
    /// What the person is in the office.
    pub role: Role,
    /// Somebody who left is deactivated, not deleted: the records name them.
    pub active: bool,
    /// Whether the person can sign in right now: is active, has a password, and a role with a sign-in.
    pub can_sign_in: bool,
    /// When the person last typed a password that fits.
    #[specta(type = Option<String>)]
    pub last_sign_in: Option<jiff::Timestamp>,
    /// When the user was added.
    #[specta(type = String)]
    pub created_at: jiff::Timestamp,
}

/// A token that lies in a file, for scheduled tasks. What it is itself is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenInfo {
    /// By which it is revoked.
    pub id: i64,
    /// Whoever uses it acts as this user.
    pub username: String,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub created_at: jiff::Timestamp,
    /// When somebody last signed in with it.
    pub last_used_at: Option<jiff::Timestamp>,
}

/// What is wrong with a value of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadUser {
    /// It is no username.
    #[error("a username is 1 to {MOST_USERNAME} letters (a to z), digits, dots, dashes or underscores")]
    Username,
    /// It is no name.
    #[error("a name is one line of at most {MOST_NAME} characters")]
    Name,
    /// It is no e-mail address.
    #[error("that is no e-mail address; write it as ann@example.com")]
    Email,
    /// The password is too short.
    #[error("a password has at least {MIN_PASSWORD_CHARS} characters")]
    PasswordTooShort,
    /// The password is too long.
    #[error("a password has at most {MOST_PASSWORD} bytes")]
    PasswordTooLong,
    /// The password is the username.
    #[error("the password must not be the username")]
    PasswordIsUsername,
}

/// Whether it may be a username: letters without accents, so that everything compares it the same way whatever the case, and
/// nothing that could be taken for an e-mail address, which names somebody else.
pub fn check_username(text: &str) -> Result<(), BadUser> {
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let good = (1..=MOST_USERNAME).contains(&text.len()) && text.chars().all(fits);
    if good { Ok(()) } else { Err(BadUser::Username) }
}

/// Whether it may be a person's name.
pub fn check_name(text: &str) -> Result<(), BadUser> {
    let good = text.chars().count() <= MOST_NAME && !text.chars().any(char::is_control);
    if good { Ok(()) } else { Err(BadUser::Name) }
}

/// Whether it may be an e-mail address. Only mail that arrives proves one; this finds what was mistyped.
pub fn check_email(text: &str) -> Result<(), BadUser> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || ",;<>\"".contains(c);
    let good = text.chars().count() <= MOST_EMAIL
        && !text.contains(odd)
        && text.split_once('@').is_some_and(|(local, domain)| {
            let labels = domain.split('.').collect::<Vec<_>>();
            !local.is_empty()
                && !domain.contains('@')
                && labels.len() > 1
                && labels.iter().all(|label| !label.is_empty())
        });
    if good { Ok(()) } else { Err(BadUser::Email) }
}

/// Whether it may be the password of this user.
pub fn check_password(username: &str, password: &str) -> Result<(), BadUser> {
    if password.len() > MOST_PASSWORD {
        Err(BadUser::PasswordTooLong)
    } else if password.chars().count() < MIN_PASSWORD_CHARS {
        Err(BadUser::PasswordTooShort)
    } else if password.trim().eq_ignore_ascii_case(username) {
        Err(BadUser::PasswordIsUsername)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_letters_digits_and_four_signs() {
        for good in ["a", "Ann.Lee", "ann_lee-2", &"x".repeat(64)] {
            assert_eq!(check_username(good), Ok(()), "{good}");
        }
        for bad in ["", "ann lee", "~all~", "änn", "ann\n", "a/b", &"x".repeat(65)] {
            assert_eq!(check_username(bad), Err(BadUser::Username), "{bad}");
        }
    }

    #[test]
    fn an_email_has_one_at_and_a_dot_in_its_domain() {
        for good in ["ann@example.com", "a.b+c@mail.example.co.uk", "o'neil@exämple.de"] {
            assert_eq!(check_email(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@example",
            "ann@@example.com",
            "a@b@example.com",
            "ann@example.",
            "ann@.com",
            "ann@a..b",
            "ann lee@example.com",
            "ann@example.com,bob@example.com",
            &format!("{}@example.com", "x".repeat(250)),
        ] {
            assert_eq!(check_email(bad), Err(BadUser::Email), "{bad}");
        }
    }

    #[test]
    fn a_password_has_ten_characters_and_is_not_the_username() {
        assert_eq!(check_password("ann", "éééééééééé"), Ok(()));
        assert_eq!(check_password("ann", "éééééééé"), Err(BadUser::PasswordTooShort));
        assert_eq!(check_password("ann", &"x".repeat(1024)), Ok(()));
        assert_eq!(check_password("ann", &"x".repeat(1025)), Err(BadUser::PasswordTooLong));
        assert_eq!(check_password("annabel.lee", "Annabel.LEE"), Err(BadUser::PasswordIsUsername));
    }

    #[test]
    fn a_role_is_read_whatever_its_case() {
        assert_eq!(Role::from_text(" Staff"), Some(Role::Staff));
        assert_eq!(Role::from_text("owner"), None);
        assert!(Role::Admin.signs_in() && Role::Staff.signs_in() && !Role::Crew.signs_in() && !Role::Client.signs_in());
    }
}
