//! The HTTP clients: one for the world (with the system's proxy), two for this machine (without one).

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, ClientBuilder};
use url::Url;

use super::error::{UnknownName, chain};
use super::{HttpError, request};

/// Made when first needed: with certificates, making one reads all that the computer trusts, and a computer that
/// has none can still speak to itself.
pub(super) struct Clients {
    connect: Duration,
    plain_to_this_machine: Client,
    to_this_machine: OnceLock<Result<Client, String>>,
    to_the_world: OnceLock<Result<Client, String>>,
}

impl Clients {
    pub(super) fn new(connect: Duration) -> Result<Self, HttpError> {
        // A second call (another Muster in this process) finds it installed, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let plain = builder(connect)
            .no_proxy()
            .tls_certs_only([])
            .build()
            .map_err(|error| HttpError::Broken(error.without_url()))?;
        Ok(Self {
            connect,
            plain_to_this_machine: plain,
            to_this_machine: OnceLock::new(),
            to_the_world: OnceLock::new(),
        })
    }

    /// The client for this address.
    pub(super) fn of(&self, url: &Url) -> Result<&Client, HttpError> {
        let made = match (request::is_this_machine(url), url.scheme()) {
            (true, "http") => return Ok(&self.plain_to_this_machine),
            (true, _) => self.to_this_machine.get_or_init(|| build(builder(self.connect).no_proxy())),
            (false, _) => self.to_the_world.get_or_init(|| build(builder(self.connect))),
        };
        made.as_ref().map_err(|why| HttpError::NoCertificates(why.clone()))
    }
}

fn build(builder: ClientBuilder) -> Result<Client, String> {
    builder.build().map_err(|error| {
        let error = error.without_url();
        // The last cause says it best, e.g. that the system has no certificates.
        chain(&error).last().map_or_else(|| error.to_string(), ToString::to_string)
    })
}

fn builder(connect: Duration) -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("Muster/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .gzip(true)
        .dns_resolver(SystemNames)
}

/// The system's own way to look up a name, with an error that says which name it was.
#[derive(Clone)]
struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            match tokio::net::lookup_host((name.as_str(), 0)).await {
                Ok(found) => Ok(Box::new(found.collect::<Vec<SocketAddr>>().into_iter()) as Addrs),
                Err(_) => Err(UnknownName(name.as_str().to_owned()).into()),
            }
        })
    }
}
