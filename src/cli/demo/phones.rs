//! The phones of the demo: real HTTP clients with the habits of phones.

use super::forms::Form;
use crate::domain::token::Code;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Barrier;
use std::time::Duration;

/// What happened.
#[derive(Default)]
pub(super) struct Account {
    /// Answers recorded.
    pub(super) recorded: usize,
    /// Answers sent again after the reply was lost.
    pub(super) repeated: usize,
    /// Answers sent twice at the same moment.
    pub(super) doubled: usize,
    /// Answers that came incomplete at first.
    pub(super) incomplete: usize,
    /// Codes that are none.
    pub(super) unknown: usize,
}

/// Phones that answer at the same time.
const AT_ONCE: usize = 8;

/// Lets every phone answer; an error where the server replies anything else than it should.
pub(super) fn answer(address: SocketAddr, codes: &[Code], forms: &[Form]) -> Result<Account> {
    let people: Vec<_> = codes.iter().zip(forms).enumerate().collect();
    let groups: Vec<_> = people.chunks(people.len().div_ceil(AT_ONCE).max(1)).collect();
    let done: Vec<Result<Account>> = std::thread::scope(|scope| {
        let threads: Vec<_> = groups
            .into_iter()
            .map(|group| {
                scope.spawn(move || {
                    let mut account = Account::default();
                    for (number, (code, form)) in group {
                        Phone::new(address, code).answer(*number, form, &mut account)?;
                    }
                    Ok(account)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| bail!("a phone broke"))).collect()
    });
    let mut total = Account::default();
    for account in done {
        let account = account?;
        total.recorded += account.recorded;
        total.repeated += account.repeated;
        total.doubled += account.doubled;
        total.incomplete += account.incomplete;
    }
    let nobody = Phone {
        path: "/api/v1/links/0000-0000-0000-0000-0000".to_owned(),
        ..Phone::new(address, codes.first().context("no links")?)
    };
    let (status, _) = nobody.send(forms.first().context("no forms")?)?;
    ensure!(status == 404, "an unknown code was answered with {status}");
    total.unknown = 1;
    Ok(total)
}

/// One phone with one link.
struct Phone {
    agent: ureq::Agent,
    server: String,
    path: String,
}

impl Phone {
    fn new(address: SocketAddr, code: &Code) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self { agent: config.into(), server: format!("http://{address}"), path: format!("/api/v1/links/{code}") }
    }

    /// Answers as one of many phones would: the number decides on its habits.
    fn answer(&self, number: usize, form: &Form, account: &mut Account) -> Result<()> {
        if number.is_multiple_of(3) {
            self.press_start()?;
        }
        if number == 4 {
            let half =
                Form { answers: form.answers.iter().take(form.answers.len() / 2).cloned().collect(), ..form.clone() };
            let (status, _) = self.send(&half)?;
            ensure!(status == 422, "an incomplete form was answered with {status}");
            account.incomplete += 1;
        }
        let receipt = if number % 16 == 7 {
            account.doubled += 1;
            self.send_twice_at_once(form)?
        } else {
            let (status, receipt) = self.send(form)?;
            ensure!(status == 201, "a good form was answered with {status}");
            receipt
        };
        account.recorded += 1;
        if number % 9 == 1 {
            let (status, again) = self.send(form)?;
            ensure!(status == 200 && again == receipt, "a repeated form was answered with {status}");
            account.repeated += 1;
        }
        self.see_thanks(&receipt)
    }

    fn press_start(&self) -> Result<()> {
        let reply = self.agent.post(format!("{}{}", self.server, self.path)).content_type("application/json");
        let status = reply.send(r#"{"action":"start"}"#)?.status().as_u16();
        ensure!(status == 200, "start was answered with {status}");
        Ok(())
    }

    /// Sends a form; gives the status and, if it is recorded, the receipt.
    fn send(&self, form: &Form) -> Result<(u16, String)> {
        let answers: BTreeMap<String, &str> =
            form.answers.iter().enumerate().map(|(index, code)| ((index + 1).to_string(), code.as_str())).collect();
        let body = serde_json::json!({ "answers": answers, "respondent": form.respondent.name() }).to_string();
        let request =
            self.agent.post(format!("{}{}/response", self.server, self.path)).content_type("application/json");
        let mut reply = request.send(&body)?;
        let text = reply.body_mut().read_to_string()?;
        let body: serde_json::Value = serde_json::from_str(&text).context("the reply is no JSON")?;
        let receipt = body.get("receipt").and_then(serde_json::Value::as_str).unwrap_or_default();
        Ok((reply.status().as_u16(), receipt.to_owned()))
    }

    fn send_twice_at_once(&self, form: &Form) -> Result<String> {
        let ready = Barrier::new(2);
        let send = || {
            ready.wait();
            self.send(form)
        };
        let (first, second) = std::thread::scope(|scope| {
            let other = scope.spawn(send);
            (send(), other.join().unwrap_or_else(|_| bail!("a phone broke")))
        });
        let (first, second) = (first?, second?);
        let mut statuses = [first.0, second.0];
        statuses.sort_unstable();
        ensure!(statuses == [200, 201] && first.1 == second.1, "a form sent twice was answered with {statuses:?}");
        Ok(first.1)
    }

    /// Opens the link again and sees the receipt on the page.
    fn see_thanks(&self, receipt: &str) -> Result<()> {
        let page = self.path.replace("/api/v1/links/", "/s/");
        let mut reply = self.agent.get(format!("{}{page}", self.server)).call()?;
        let shown = reply.body_mut().read_to_string()?;
        ensure!(reply.status().as_u16() == 200 && shown.contains(receipt), "the page does not show the receipt");
        Ok(())
    }
}
