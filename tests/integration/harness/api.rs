//! A program with an API key.

use super::{Program, Server};

/// A program, and the key it sends.
#[derive(Clone)]
pub struct Api {
    agent: ureq::Agent,
    server: String,
    token: Option<String>,
    /// Where it says that it is.
    from: Option<String>,
}

/// What came back, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Sent {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of a problem, which has to be one.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(
            (problem["status"].as_u64(), problem["type"].as_str()),
            (Some(self.status.into()), Some("about:blank"))
        );
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        problem["code"].as_str().unwrap().to_owned()
    }
}

impl Api {
    pub fn new(server: &Server, token: Option<&str>) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let config = config.allow_non_standard_methods(true).max_idle_connections(0).build();
        let token = token.map(str::to_owned);
        Self { agent: config.into(), server: format!("http://{}", server.address), token, from: None }
    }

    /// A program with a new key of an account.
    pub fn with_key(program: &Program<'_>, server: &Server, account: &str, scopes: &[&str], more: &[&str]) -> Self {
        let name = format!("key {}", uuid::Builder::from_random_bytes(super::database::random()).into_uuid());
        let mut arguments = vec!["key", "add", &name, "--for", account];
        let scopes = scopes.join(",");
        arguments.extend(["--scope", &scopes]);
        arguments.extend(more);
        Self::new(server, Some(&program.run(&arguments)))
    }

    /// The same from elsewhere, for a server that believes it.
    pub fn from(&self, address: String) -> Self {
        Self { from: Some(address), ..self.clone() }
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    /// Sends a request with these headers.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Sent {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.server));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(from) = &self.from {
            request = request.header("x-forwarded-for", from);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = match body {
            Some(body) => self.agent.run(request.body(body).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let mut reply = reply.unwrap();
        let headers = reply.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        Sent { status: reply.status().as_u16(), headers, bytes: reply.body_mut().read_to_vec().unwrap() }
    }

    pub fn get(&self, path: &str) -> Sent {
        self.send("GET", path, &[], None)
    }

    /// Posts JSON; without any, nothing.
    pub fn post(&self, path: &str, body: Option<serde_json::Value>) -> Sent {
        match body {
            Some(body) => {
                self.send("POST", path, &[("content-type", "application/json")], Some(body.to_string().as_bytes()))
            }
            None => self.send("POST", path, &[], Some(b"")),
        }
    }

    /// All lines of a list, part by part; `between` happens after each part.
    pub fn walk(&self, path: &str, limit: usize, mut between: impl FnMut(usize)) -> Vec<serde_json::Value> {
        let (mut lines, mut cursor) = (Vec::new(), String::new());
        for part in 0.. {
            let sent = self.get(&format!("{path}?limit={limit}{cursor}"));
            assert_eq!(sent.status, 200, "{sent:?}");
            let list = sent.json();
            let items = list["items"].as_array().unwrap();
            assert!(items.len() <= limit && (list["next"].is_null() || items.len() == limit), "{list}");
            lines.extend(items.iter().cloned());
            let Some(next) = list["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
            between(part);
        }
        lines
    }
}
