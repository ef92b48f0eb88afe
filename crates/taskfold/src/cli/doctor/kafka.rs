//! Whether the log is published as it should be.

use taskfold_bus::Ledger;
use taskfold_bus::kafka::{self as bus, RELAY};
use taskfold_log::Log;

use super::{App, Finding, LAG};
use crate::cli::{files, kafka as topics};
use crate::{kafka, services};

/// Of topics and relay; none where there is no Kafka.
pub(super) async fn kafka(app: &App, log: Option<&Log>) -> Vec<Finding> {
    if app.config().kafka.brokers.is_empty() {
        return Vec::new();
    }
    let mut findings = vec![of_topics(app).await];
    if let Some(log) = log {
        findings.push(of_relay(app, log).await);
    }
    findings
}

async fn of_topics(app: &App) -> Finding {
    let cluster = match kafka::cluster(app.config()) {
        Ok(cluster) => cluster,
        Err(failure) => return Finding::fail("topics", failure.to_string(), "mend the settings"),
    };
    let wanted = kafka::topics(app.config(), topics::partitions(app));
    match bus::plan(&cluster, &wanted).await {
        Ok(none) if none.is_empty() => Finding::ok("topics", "as they are to be"),
        Ok(some) => {
            let text = format!("{} differences; the first: {}", some.len(), some[0]);
            Finding::warn("topics", text, "taskfold kafka apply")
        }
        Err(error) => {
            let remedy =
                "nothing is lost meanwhile: what is in the log is published when Kafka is back";
            Finding::warn("topics", error.to_string(), remedy)
        }
    }
}

async fn of_relay(app: &App, log: &Log) -> Finding {
    let looked = look(app, log).await;
    let Relayed { backlog, trouble } = match looked {
        Ok(Some(found)) => found,
        Ok(None) => return Finding::ok("relay", "has not run yet"),
        Err(reason) => return Finding::fail("relay", reason, "taskfold migrate --check"),
    };
    let text = format!("{backlog} events are not published, or not noted as such");
    let remedy = "is a process with the role processor running, with kafka.brokers?";
    match trouble {
        Some(trouble) => Finding::warn("relay", format!("{trouble}; {text}"), remedy),
        None if backlog > LAG => Finding::warn("relay", text, remedy),
        None => Finding::ok("relay", text),
    }
}

struct Relayed {
    backlog: u64,
    /// The first partition that suffers, and why.
    trouble: Option<String>,
}

/// What the ledger says; none when there is none.
async fn look(app: &App, log: &Log) -> Result<Option<Relayed>, String> {
    let opening = if files::on_servers(app) {
        let server = services::bus(app.config()).map_err(|failure| failure.to_string())?;
        tokio::task::spawn_blocking(move || Ledger::server(&server))
    } else {
        let path = app.config().data.join("bus.db");
        if !path.is_file() {
            return Ok(None);
        }
        tokio::task::spawn_blocking(move || Ledger::file(&path))
    };
    let opened = opening.await.map_err(|error| error.to_string())?;
    let ledger = opened.map_err(|error| error.to_string())?;
    let mut backlog = 0;
    for partition in 0..log.partitions() {
        let noted = ledger.noted(partition, vec![RELAY.to_owned()]).await;
        let noted = noted.map_err(|error| error.to_string())?;
        let published = noted.first().copied().unwrap_or(0);
        backlog += log.head(partition).number.saturating_sub(published);
    }
    let holders = ledger.holders(RELAY).await;
    let holders = holders.map_err(|error| error.to_string())?;
    let trouble = holders.into_iter().find_map(|holder| {
        let trouble = holder.trouble?;
        Some(format!("partition {}: {trouble}", holder.partition))
    });
    Ok(Some(Relayed { backlog, trouble }))
}
