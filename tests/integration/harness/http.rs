//! A phone: a plain HTTP client with one server.

use std::time::Duration;

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

#[derive(Clone)]
pub struct Phone {
    agent: ureq::Agent,
    server: String,
}

impl Phone {
    pub fn new(address: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(60)))
            // The server lets go of an idle connection after five: one that it is about to close is not used again.
            .max_idle_age(Duration::from_secs(2))
            .build();
        Self { agent: config.into(), server: format!("http://{address}") }
    }

    pub fn get(&self, path: &str) -> Reply {
        read(self.agent.get(format!("{}{path}", self.server)).call()).unwrap()
    }

    pub fn head(&self, path: &str) -> u16 {
        self.agent.head(format!("{}{path}", self.server)).call().unwrap().status().as_u16()
    }

    /// A POST that may find the server gone.
    pub fn try_post(&self, path: &str, media_type: &str, body: &str) -> Result<Reply, ureq::Error> {
        read(self.agent.post(format!("{}{path}", self.server)).content_type(media_type).send(body))
    }

    pub fn post(&self, path: &str, media_type: &str, body: &str) -> Reply {
        self.try_post(path, media_type, body).unwrap()
    }

    pub fn form(&self, code: &str, body: &str) -> Reply {
        self.post(&format!("/s/{code}"), "application/x-www-form-urlencoded", body)
    }

    pub fn json(&self, code: &str, body: &serde_json::Value) -> Reply {
        self.post(&format!("/api/v1/links/{code}/response"), "application/json", &body.to_string())
    }

    pub fn act(&self, code: &str, action: &str) -> Reply {
        let body = serde_json::json!({ "action": action }).to_string();
        self.post(&format!("/api/v1/links/{code}"), "application/json", &body)
    }
}

pub(super) fn read(reply: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Reply, ureq::Error> {
    let mut reply = reply?;
    let headers = reply.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    Ok(Reply { status: reply.status().as_u16(), headers, body: reply.body_mut().read_to_string()? })
}
