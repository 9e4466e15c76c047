//! Another program: a client of `/api/v1` with a key.

use super::http::{Reply, read};
use super::{Program, Server};
use serde_json::Value;

/// A client of the interface.
#[derive(Clone)]
pub struct Robot {
    agent: ureq::Agent,
    server: String,
    /// The key that it sends, if any.
    pub key: Option<String>,
}

impl Robot {
    /// A client without a key.
    pub fn new(server: &Server) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let config = config.max_idle_connections(0).build();
        Self { agent: config.into(), server: format!("http://{}", server.address), key: None }
    }

    /// A client with a key of that evaluator, whose account is there already.
    pub fn with_key(program: &Program<'_>, server: &Server, account: &str, scopes: &str, unit: Option<&str>) -> Self {
        let name = format!("{account} {scopes} {}", unit.unwrap_or_default());
        let name: String = name.chars().take(60).collect();
        let mut arguments = vec!["key", "add", name.trim(), "--for", account, "--scope", scopes];
        arguments.extend(unit.iter().flat_map(|unit| ["--unit", unit]));
        Self { key: Some(program.run(&arguments)), ..Self::new(server) }
    }

    /// A request of that method, with these headers; a body with its type, where there is one.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<(&str, &[u8])>) -> Reply {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.server));
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let done = match body {
            Some((kind, bytes)) => self.agent.run(request.header("content-type", kind).body(bytes).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        read(done).unwrap()
    }

    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[], Some(("application/json", body.to_string().as_bytes())))
    }

    pub fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send("PATCH", path, &[], Some(("application/json", body.to_string().as_bytes())))
    }
}

/// The JSON of a reply that must have that status.
pub fn expect(status: u16, reply: &Reply) -> Value {
    assert_eq!(reply.status, status, "{}", reply.body);
    reply.json()
}
