//! Real receivers of messages: an HTTP server and a mail server that do what the test says.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(60);

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

/// The secret of the webhook, as the program is given it.
pub fn webhook_secret() -> String {
    format!("whsec_{}", data_encoding::BASE64.encode(KEY))
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: String,
    pub timestamp: String,
    pub signature: String,
    pub body: String,
}

impl Request {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap().to_owned()
    }

    /// Whether the signature is that of Standard Webhooks for this request.
    pub fn is_signed(&self) -> bool {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(KEY).unwrap();
        mac.update(format!("{}.{}.{}", self.id, self.timestamp, self.body).as_bytes());
        self.signature == format!("v1,{}", data_encoding::BASE64.encode(&mac.finalize().into_bytes()))
    }
}

/// What the receiver does with a request.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Answers with that status and, where it is not zero, that many seconds to wait.
    Status(u16, u32),
    /// Reads everything and closes without a word.
    Break,
    /// Says nothing until the other side gives up.
    Silence,
    /// Says nothing until the test [opens the gate](Receiver::open_gate), then answers with that status.
    Gate(u16),
}

type Script = dyn FnMut(&Request) -> Answer + Send;

#[derive(Default)]
struct Inside {
    seen: Vec<Request>,
    open: bool,
}

/// Something that listens until it is dropped.
struct Listening {
    port: u16,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listening {
    fn start(port: u16, serve: impl Fn(TcpStream) + Send + Clone + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let ended = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    break;
                }
                let serve = serve.clone();
                std::thread::spawn(move || serve(stream.unwrap()));
            }
        });
        Self { port, ended, thread: Some(thread) }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        self.thread.take().unwrap().join().unwrap();
    }
}

/// A receiver of the webhook.
pub struct Receiver {
    inside: Arc<(Mutex<Inside>, Condvar)>,
    script: Arc<Mutex<Box<Script>>>,
    listening: Option<Listening>,
    port: u16,
}

impl Receiver {
    pub fn start(script: impl FnMut(&Request) -> Answer + Send + 'static) -> Self {
        let (inside, script) = (Arc::default(), Arc::new(Mutex::new(Box::new(script) as Box<Script>)));
        let mut new = Self { inside, script, listening: None, port: 0 };
        new.come_back();
        new
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// From here on it does that.
    pub fn act(&self, script: impl FnMut(&Request) -> Answer + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    /// Nobody listens at its address any more.
    pub fn go_away(&mut self) {
        self.listening = None;
    }

    /// Listens again, where it did before.
    pub fn come_back(&mut self) {
        let (inside, script) = (Arc::clone(&self.inside), Arc::clone(&self.script));
        let listening = Listening::start(self.port, move |stream| {
            // A phone that hangs up is none of the test's business.
            let _ = serve(stream, &inside, &script);
        });
        self.port = listening.port;
        self.listening = Some(listening);
    }

    /// Everything that came so far.
    pub fn seen(&self) -> Vec<Request> {
        self.lock().seen.clone()
    }

    /// Waits until what came is enough.
    pub fn wait(&self, what: &str, enough: impl Fn(&[Request]) -> bool) -> Vec<Request> {
        let (deadline, mut inside) = (Instant::now() + PATIENCE, self.lock());
        while !enough(&inside.seen) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}; {} came", inside.seen.len());
            inside = self.inside.1.wait_timeout(inside, left).unwrap().0;
        }
        inside.seen.clone()
    }

    /// Lets everybody at the gate go on, and who comes later.
    pub fn open_gate(&self) {
        self.lock().open = true;
        self.inside.1.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.0.lock().unwrap()
    }
}

fn serve(stream: TcpStream, inside: &(Mutex<Inside>, Condvar), script: &Mutex<Box<Script>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.trim().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None if line.trim().is_empty() => break,
            None => {}
        }
    }
    let header =
        |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let mut body = vec![0; header("content-length").parse().unwrap()];
    reader.read_exact(&mut body)?;
    let request = Request {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: String::from_utf8(body).unwrap(),
    };
    let answer = (script.lock().unwrap())(&request);
    inside.0.lock().unwrap().seen.push(request);
    inside.1.notify_all();
    let (status, wait) = match answer {
        Answer::Status(status, wait) => (status, wait),
        Answer::Break => return Ok(()),
        Answer::Silence => {
            // Ends when the other side closes.
            reader.read_to_end(&mut Vec::new())?;
            return Ok(());
        }
        Answer::Gate(status) => {
            let closed = inside.1.wait_timeout_while(inside.0.lock().unwrap(), PATIENCE, |inside| !inside.open);
            drop(closed);
            (status, 0)
        }
    };
    let wait = if wait > 0 { format!("retry-after: {wait}\r\n") } else { String::new() };
    let location = if (300..400).contains(&status) { "location: /elsewhere\r\n" } else { "" };
    write!(&stream, "HTTP/1.1 {status} Said\r\n{wait}{location}content-length: 0\r\nconnection: close\r\n\r\n")
}

/// A mail server without encryption.
pub struct MailServer {
    inside: Arc<(Mutex<Vec<Letter>>, Condvar)>,
    listening: Listening,
}

/// A letter as it came.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub data: String,
}

impl Letter {
    pub fn header(&self, name: &str) -> &str {
        let head = self.data.split("\r\n\r\n").next().unwrap();
        let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("no {name} in {head}"))
    }

    /// The text, decoded.
    pub fn text(&self) -> String {
        let (_, body) = self.data.split_once("\r\n\r\n").unwrap();
        assert_eq!(self.header("Content-Transfer-Encoding"), "base64");
        let body: String = body.split_whitespace().collect();
        String::from_utf8(data_encoding::BASE64.decode(body.as_bytes()).unwrap()).unwrap()
    }
}

impl MailServer {
    /// `answer` is asked at the end of each letter, and gives what the server says; nothing where it breaks off.
    /// An address with `nobody` in it does not exist.
    pub fn start(answer: impl Fn(usize) -> Option<&'static str> + Send + Clone + Sync + 'static) -> Self {
        let inside = Arc::<(Mutex<Vec<Letter>>, Condvar)>::default();
        let kept = Arc::clone(&inside);
        let listening = Listening::start(0, move |stream| {
            let _ = take_mail(&stream, &kept, &answer);
        });
        Self { inside, listening }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.listening.port)
    }

    /// Waits for so many letters.
    pub fn wait(&self, count: usize) -> Vec<Letter> {
        let letters = self.inside.0.lock().unwrap();
        let found = self.inside.1.wait_timeout_while(letters, PATIENCE, |letters| letters.len() < count).unwrap();
        assert!(!found.1.timed_out(), "{} of {count} letters came", found.0.len());
        found.0.clone()
    }
}

fn take_mail(
    stream: &TcpStream,
    inside: &(Mutex<Vec<Letter>>, Condvar),
    answer: &impl Fn(usize) -> Option<&'static str>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let say = |text: &str| write!(&*stream, "{text}\r\n");
    say("220 mail.example ready")?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        match line.split([' ', ':']).next().unwrap() {
            "EHLO" => say("250-mail.example\r\n250 8BITMIME")?,
            "RCPT" if line.contains("nobody") => say("550 no such mailbox")?,
            "RCPT" => {
                line.clone_into(&mut to);
                say("250 ok")?;
            }
            "DATA" => {
                say("354 go on")?;
                let mut data = String::new();
                while !data.ends_with("\r\n.\r\n") {
                    assert_ne!(reader.read_line(&mut data)?, 0);
                }
                let mut letters = inside.0.lock().unwrap();
                letters.push(Letter { to: to.clone(), data: data.trim_end_matches(".\r\n").to_owned() });
                let said = answer(letters.len());
                drop(letters);
                inside.1.notify_all();
                match said {
                    Some(said) => say(said)?,
                    None => return Ok(()),
                }
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
}
