//! Why a request failed, in words for an admin, and whether trying again may help.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use rustls::CertificateError;

/// Why there is no answer, or none to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum HttpError {
    /// The address cannot be used at all.
    #[error("the address cannot be used: {0}")]
    BadAddress(&'static str),
    /// It would be sent without encryption, and nobody allowed that.
    #[error("{host} would be spoken to without encryption (http instead of https), which is not allowed")]
    NotHttps {
        /// The host.
        host: String,
    },
    /// This computer has no certificates to trust, so no https.
    #[error("no secure connection is possible on this computer ({0})")]
    NoCertificates(String),
    /// The name of the host (or of the proxy) is not known.
    #[error("the name {name} is not known")]
    NameUnknown {
        /// The name.
        name: String,
    },
    /// Nobody listens there.
    #[error("the connection was refused")]
    Refused,
    /// No connection in time.
    #[error("no connection within {}", span(*.0))]
    ConnectTimeout(Duration),
    /// The host cannot show who it is.
    #[error("the certificate is not trusted ({0})")]
    Certificate(&'static str),
    /// Encryption could not be agreed on.
    #[error("no secure connection could be made")]
    Tls(#[source] reqwest::Error),
    /// The connection broke before an answer.
    #[error("the connection failed before an answer came")]
    Broken(#[source] reqwest::Error),
    /// No headers in time.
    #[error("no answer within {}", span(*.0))]
    NoAnswer(Duration),
    /// The body stopped coming.
    #[error("the answer stopped for {}", span(*.0))]
    Stalled(Duration),
    /// The body ended before its end.
    #[error("the answer was cut short")]
    CutShort,
    /// The body is packed in a way that cannot be unpacked.
    #[error("the answer could not be unpacked")]
    Unpack(#[source] reqwest::Error),
    /// The body is larger than that.
    #[error("the answer is larger than {} MiB", .0 / 1_048_576)]
    TooLarge(u64),
    /// It was to be sent to another place. It was not.
    #[error("it redirects to another address, {to}, where the credentials are not sent")]
    RedirectElsewhere {
        /// The scheme, host and port that it redirects to.
        to: String,
    },
    /// A redirect that leads nowhere, or asks for another request.
    #[error("it redirects in a way that cannot be followed (HTTP {0})")]
    BadRedirect(u16),
    /// A circle, most likely.
    #[error("it redirects more than {0} times")]
    TooManyRedirects(u32),
    /// It is busy for long.
    #[error("it asks to wait {} before the next request", span(*.wait))]
    AskedToWait {
        /// The status that came with it, if known.
        status: Option<u16>,
        /// How long.
        wait: Duration,
    },
    /// An answer with that status, which says that something is wrong there.
    #[error("it answers {}", status_text(*.0))]
    Status(u16),
}

impl HttpError {
    /// Whether the same request may succeed later without anybody changing anything.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::NameUnknown { .. }
            | Self::Refused
            | Self::ConnectTimeout(_)
            | Self::Broken(_)
            | Self::NoAnswer(_)
            | Self::Stalled(_)
            | Self::CutShort
            | Self::Unpack(_)
            | Self::AskedToWait { .. } => true,
            Self::Status(status) => reqwest::StatusCode::from_u16(*status).is_ok_and(super::retry::may_pass),
            Self::BadAddress(_)
            | Self::NotHttps { .. }
            | Self::NoCertificates(_)
            | Self::Certificate(_)
            | Self::Tls(_)
            | Self::TooLarge(_)
            | Self::RedirectElsewhere { .. }
            | Self::BadRedirect(_)
            | Self::TooManyRedirects(_) => false,
        }
    }

    /// What a failure before the headers means.
    pub(super) fn of_exchange(error: reqwest::Error, connect: Duration) -> Self {
        let error = error.without_url();
        if let Some(known) = chain(&error).find_map(Self::of_cause) {
            return known;
        }
        if chain(&error).any(<dyn StdError>::is::<rustls::Error>) {
            Self::Tls(error)
        } else if error.is_connect() && error.is_timeout() {
            Self::ConnectTimeout(connect)
        } else {
            Self::Broken(error)
        }
    }

    fn of_cause(cause: &(dyn StdError + 'static)) -> Option<Self> {
        if let Some(UnknownName(name)) = cause.downcast_ref() {
            return Some(Self::NameUnknown { name: name.clone() });
        }
        if let Some(rustls::Error::InvalidCertificate(why)) = cause.downcast_ref() {
            return Some(Self::Certificate(certificate_text(why)));
        }
        (io_kind(cause) == Some(io::ErrorKind::ConnectionRefused)).then_some(Self::Refused)
    }

    /// What a failure in the middle of a body means.
    pub(super) fn of_body(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let cannot_unpack = chain(&error)
            .any(|cause| matches!(io_kind(cause), Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)));
        if error.is_decode() && cannot_unpack { Self::Unpack(error) } else { Self::CutShort }
    }
}

/// A name that could not be looked up.
#[derive(Debug, thiserror::Error)]
#[error("the name {0} is not known")]
pub(super) struct UnknownName(pub(super) String);

/// The causes of an error, itself first. It looks into `io::Error`, whose own `source` passes over what it wraps.
pub(super) fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&cause| match cause.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
        None => cause.source(),
    })
}

fn io_kind(cause: &(dyn StdError + 'static)) -> Option<io::ErrorKind> {
    cause.downcast_ref::<io::Error>().map(io::Error::kind)
}

fn certificate_text(why: &CertificateError) -> &'static str {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet; is the clock of this computer right?"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it belongs to another name"
        }
        CertificateError::Revoked => "it was revoked",
        CertificateError::UnknownIssuer => "nobody that this computer trusts issued it",
        _ => "it is self-signed or not valid",
    }
}

fn status_text(status: u16) -> String {
    match reqwest::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()) {
        Some(reason) => format!("HTTP {status} ({reason})"),
        None => format!("HTTP {status}"),
    }
}

/// A length of time in words.
fn span(length: Duration) -> String {
    let (count, unit) = match length.as_secs() {
        0 => return format!("{} milliseconds", length.as_millis()),
        secs if secs >= 2 * 3600 => (secs.div_ceil(3600), "hour"),
        secs if secs >= 2 * 60 => (secs.div_ceil(60), "minute"),
        secs => (secs, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
