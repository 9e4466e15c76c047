//! Somebody at the desk: a browser that keeps its cookies and sends forms with their token.

use super::http::{Reply, read};
use super::{Program, Server};
use fivepoint::config::Clock;
use fivepoint::domain::credential;
use std::sync::Mutex;

pub const PASSWORD: &str = "correct horse battery";

/// A browser at the desk.
pub struct Desk {
    agent: ureq::Agent,
    server: String,
    cookie: Mutex<Option<String>>,
}

impl Desk {
    /// A browser that is not signed in.
    pub fn new(server: &Server) -> Self {
        // A connection on which a file was refused half-way is not used again, as browsers know.
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let config = config.max_idle_connections(0).build();
        Self { agent: config.into(), server: format!("http://{}", server.address), cookie: Mutex::default() }
    }

    /// Makes an account by the command line and signs in with it.
    pub fn sign_in(program: &Program<'_>, server: &Server, name: &str, role: &str, unit: Option<&str>) -> Self {
        let mut arguments = vec!["staff", "add", name, "--role", role];
        arguments.extend(unit.iter().flat_map(|unit| ["--unit", unit]));
        program.run_with(&arguments, PASSWORD);
        let desk = Self::new(server);
        let reply = desk.enter(name, PASSWORD, "");
        assert_eq!((reply.status, reply.header("location")), (303, Some("/staff")), "{}", reply.body);
        desk
    }

    /// Sends the sign-in form.
    pub fn enter(&self, name: &str, password: &str, code: &str) -> Reply {
        self.send("/staff/sign-in", &[("name", name), ("password", password), ("code", code)], &[])
    }

    pub fn get(&self, path: &str) -> Reply {
        let request = self.agent.get(format!("{}{path}", self.server));
        let request = match self.cookie.lock().unwrap().as_deref() {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        read(request.call()).unwrap()
    }

    /// Sends a form as a page of this session would, with its token.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.token();
        let fields: Vec<_> = fields.iter().copied().chain([("token", token.as_str())]).collect();
        self.send(path, &fields, &[])
    }

    /// Sends exactly these fields and headers.
    pub fn send(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self.agent.post(format!("{}{path}", self.server));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = self.cookie.lock().unwrap().as_deref() {
            request = request.header("cookie", cookie);
        }
        let reply = read(request.content_type("application/x-www-form-urlencoded").send(&body)).unwrap();
        if let Some(set) = reply.header("set-cookie") {
            let cookie = set.split(';').next().unwrap().to_owned();
            *self.cookie.lock().unwrap() = (!set.contains("Max-Age=0")).then_some(cookie);
        }
        reply
    }

    /// Sends a file as a page of this session would: the token first, then the file.
    pub fn upload(&self, path: &str, bytes: &[u8]) -> Reply {
        self.send_parts(path, &[("token", self.token().as_bytes()), ("file", bytes)])
    }

    /// Sends exactly these parts, in this order.
    pub fn send_parts(&self, path: &str, parts: &[(&str, &[u8])]) -> Reply {
        let mut body = Vec::new();
        for (name, bytes) in parts {
            let file =
                if *name == "file" { "; filename=\"list\"\r\nContent-Type: application/octet-stream" } else { "" };
            let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(b"--edge--\r\n");
        let cookie = self.cookie().unwrap_or_default();
        let request = self.agent.post(format!("{}{path}", self.server)).header("cookie", &cookie);
        read(request.content_type("multipart/form-data; boundary=edge").send(body.as_slice())).unwrap()
    }

    /// Sends a form as a page of this session would, and gives the file that comes back.
    pub fn download(&self, path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        let token = self.token();
        let fields: Vec<_> = fields.iter().copied().chain([("token", token.as_str())]).collect();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.agent.post(format!("{}{path}", self.server)).header("cookie", self.cookie().unwrap());
        let mut reply = request.content_type("application/x-www-form-urlencoded").send(&body).unwrap();
        assert_eq!(reply.status(), 200);
        let disposition = reply.headers().get("content-disposition").unwrap().to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
        reply.body_mut().read_to_vec().unwrap()
    }

    /// A file of a page, byte for byte, and what came with it.
    pub fn file(&self, path: &str) -> (Reply, Vec<u8>) {
        let request =
            self.agent.get(format!("{}{path}", self.server)).header("cookie", self.cookie().unwrap_or_default());
        let mut reply = request.call().unwrap();
        let headers = reply.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        let head = Reply { status: reply.status().as_u16(), headers, body: String::new() };
        (head, reply.body_mut().read_to_vec().unwrap())
    }

    /// What the forms of this session carry.
    pub fn token(&self) -> String {
        let page = self.get("/staff/account").body;
        let token = page.split_once("name=\"token\" value=\"").map(|(_, rest)| rest.split('"').next().unwrap());
        token.unwrap_or_default().to_owned()
    }

    /// What the browser holds.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }
}

/// The six digits of a second factor now, or some steps later, as a telephone shows them. `spelled` is what it keeps.
pub fn digits(spelled: &str, later: u64) -> String {
    let shared: [u8; 20] = data_encoding::BASE32_NOPAD.decode(spelled.as_bytes()).unwrap().try_into().unwrap();
    let at = u64::try_from(Clock::system().now().timestamp()).unwrap() + later * credential::STEP;
    totp_rs::Builder::new().with_secret(shared).build().unwrap().generate(at).to_string()
}
