//! `serve` and `healthcheck`.

use super::{Cli, Settings, address, sending};
use crate::web;
use anyhow::{Context, Result, bail};
use clap::{Args, Command, CommandFactory};
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// `fivepoint serve`
#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    sending: sending::Settings,
    /// Address at which GET /metrics tells how the program is; nowhere else, and not at all without it
    #[arg(long, env = "FIVEPOINT_METRICS_LISTEN", value_parser = address)]
    metrics_listen: Option<SocketAddr>,
    /// Seconds to go on answering after SIGTERM while /health/ready says no, for a proxy that asks it (at most 300)
    #[arg(long, env = "FIVEPOINT_SHUTDOWN_DELAY", default_value_t = 0,
          value_parser = clap::value_parser!(u64).range(..=300))]
    shutdown_delay: u64,
}

impl Serve {
    /// Serves until SIGTERM or Ctrl-C; then finishes what was begun.
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        warn_of_unknown();
        let sending = self.sending.read()?;
        let (db, secret) = settings.open()?;
        let base_url = settings.base_url()?;
        actix_web::rt::System::new().block_on(async {
            let running = web::build(web::Settings {
                db,
                secret,
                clock: Settings::clock(),
                listen: settings.listen(),
                https: settings.https(),
                proxy: settings.trusted_proxy,
                second_factor: settings.require_second_factor,
                base_url,
                sending: Some(sending),
                metrics: self.metrics_listen,
                shutdown_delay: Duration::from_secs(self.shutdown_delay),
            })?;
            if let Some(address) = running.metrics_address() {
                tracing::info!(%address, "the numbers of the program are told at /metrics");
            }
            println!("Serving on http://{}", running.address());
            std::io::stdout().flush()?;
            Ok(running.run().await?)
        })
    }
}

/// Warns of variables that look like settings and are none. Of a slip in a file of settings nobody else would tell.
fn warn_of_unknown() {
    let cli = Cli::command();
    for (name, _) in std::env::vars_os() {
        if let Some(name) = name.to_str().filter(|name| name.starts_with("FIVEPOINT_") && !is_known(&cli, name)) {
            tracing::warn!(name, "there is no such setting");
        }
    }
}

fn is_known(command: &Command, name: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_env().is_some_and(|env| env == name))
        || command.get_subcommands().any(|command| is_known(command, name))
}

/// Asks the server on this machine whether it is ready, and if it is not, why.
pub(super) fn healthcheck(settings: &Settings) -> Result<()> {
    let url = format!("http://{}/health/ready", reachable(settings.listen()));
    let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(5))).http_status_as_error(false);
    let agent: ureq::Agent = config.build().into();
    let mut reply = agent.get(&url).call().with_context(|| format!("{url} is not ready"))?;
    if !reply.status().is_success() {
        // Whatever listens there: a line of it will do.
        let said = reply.body_mut().with_config().limit(4_096).read_to_string().unwrap_or_default();
        bail!("{url} is not ready ({}): {}", reply.status(), said.lines().next().unwrap_or_default());
    }
    println!("ready");
    Ok(())
}

/// An address to call: a server that listens everywhere is reached at the loopback.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
