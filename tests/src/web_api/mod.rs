//! A web API of a client system: JSON over real HTTP on this machine, in the ways that such APIs differ. Who asks is known in
//! six ways ([`Auth`]), a list comes in pages of six kinds ([`Paging`]), its records are whole orders or say little, and it has
//! bad days ([`Trouble`]).
//!
//! It is built from docs/web-api.md and from what such APIs are known to do, and knows nothing of the connector.
//!
//! | call | answers |
//! | --- | --- |
//! | `POST /v2/token` | `{"access_token", "token_type", "expires_in"}` |
//! | `GET /v2/account` | `{"account"}` |
//! | `GET` or `POST /v2/orders` | `{"data": {"orders": [...]}, "total", "links": {"next"}, "cursor": {"next", "more"}, "error"}` |
//! | `GET /v2/orders/ID`, `POST /v2/order` with `{"id"}` | `{"order": {...}}` |
//!
//! ```no_run
//! # use muster_tests::web_api::{Auth, Config, Paging, Simulator, Trouble};
//! # async fn example() -> std::io::Result<()> {
//! let api = Simulator::start(Config { paging: Paging::Cursor, ..Config::orders(250) }).await?;
//! api.with(|state| state.trouble(Trouble::Cut));
//! // ... import from api.url() ...
//! assert_eq!(api.count("/v2/orders"), 4);
//! # Ok(())
//! # }
//! ```

mod list;
mod server;
mod state;
#[cfg(test)]
mod tests;
mod trouble;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub use state::{State, order};
pub use trouble::Trouble;

use crate::pruvan::Request;
use crate::pruvan::wire::{self, After};

/// How it knows who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// It does not.
    None,
    /// User name and password.
    Basic {
        /// The user name.
        username: String,
        /// The password.
        password: String,
    },
    /// A key in a header, behind a prefix.
    Header {
        /// The name of the header, in lower case.
        name: String,
        /// What stands before the key.
        prefix: String,
        /// The key.
        key: String,
    },
    /// A token that does not change.
    Bearer {
        /// The token.
        token: String,
    },
    /// Client credentials of OAuth 2.
    OAuth2 {
        /// The client ID.
        id: String,
        /// The client secret.
        secret: String,
        /// How many seconds it says that a token lasts.
        life: u64,
        /// Whether the credentials are expected in the header `Authorization`, not in the body.
        basic: bool,
        /// Whether the body is JSON, not a form.
        json: bool,
    },
}

/// How a list comes in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// All at once.
    None,
    /// `offset` and `limit`.
    Offset,
    /// `page`, from 1, and `limit`.
    Page,
    /// The address of the next page in `/links/next`.
    NextLink,
    /// The same in the header `Link`.
    LinkHeader,
    /// `cursor`, from `/cursor/next`.
    Cursor,
}

/// What a simulator starts with.
#[derive(Debug, Clone)]
pub struct Config {
    /// How many orders it has.
    pub orders: usize,
    /// How it knows who asks.
    pub auth: Auth,
    /// How a list comes in pages.
    pub paging: Paging,
    /// The most records of one page.
    pub page: usize,
    /// Whether a list has only `id` and `changed` of each order.
    pub thin: bool,
    /// How long each answer takes at least.
    pub pace: Duration,
}

impl Config {
    /// So many orders, for everybody, all at once.
    pub fn orders(orders: usize) -> Self {
        Self { orders, auth: Auth::None, paging: Paging::None, page: 100, thin: false, pace: Duration::ZERO }
    }
}

/// A running API. It stops when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    listening: JoinHandle<()>,
}

impl Simulator {
    /// Makes the orders and starts to listen on 127.0.0.1.
    pub async fn start(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State::new(config)));
        let served = Arc::clone(&state);
        let serve = move |stream| serve(stream, Arc::clone(&served));
        let listening = tokio::spawn(wire::listen(listener, serve));
        Ok(Self { state, address, listening })
    }

    /// The base URL: `http://127.0.0.1:PORT/v2`.
    pub fn url(&self) -> String {
        format!("http://{}/v2", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reads or changes the state. Do not call the simulator itself inside.
    pub fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        with(&self.state, action)
    }

    /// What was asked so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.with(|state| state.requests.clone())
    }

    /// How often that path, or one behind it, was asked.
    pub fn count(&self, path: &str) -> usize {
        let behind = format!("{path}/");
        self.with(|state| state.requests.iter().filter(|one| one.path == path || one.path.starts_with(&behind)).count())
    }

    /// Forgets what was asked so far.
    pub fn clear_requests(&self) {
        self.with(|state| state.requests.clear());
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn with<T>(state: &Mutex<State>, action: impl FnOnce(&mut State) -> T) -> T {
    // A test that failed inside a closure has failed already; its state is still worth reading.
    action(&mut state.lock().unwrap_or_else(PoisonError::into_inner))
}

async fn serve(mut stream: BufReader<TcpStream>, state: Arc<Mutex<State>>) -> io::Result<()> {
    stream.get_ref().set_nodelay(true)?;
    while let Some(request) = Request::read(&mut stream).await? {
        let keep = request.keeps_alive();
        let (reply, pace) = with(&state, |state| {
            state.at_once += 1;
            state.most_at_once = state.most_at_once.max(state.at_once);
            (server::answer(state, request), state.config.pace)
        });
        tokio::time::sleep(pace).await;
        with(&state, |state| state.at_once -= 1);
        if wire::send(&mut stream, &reply, keep).await? == After::Closed {
            break;
        }
    }
    Ok(())
}
