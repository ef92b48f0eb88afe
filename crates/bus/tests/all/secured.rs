//! A broker that wants TLS, a certificate and a password.

use std::sync::Arc;
use std::time::Duration;

use taskfold_bus::kafka::{Cluster, ClusterOptions, Mechanism, Relay, Sasl, Security, apply, plan};
use taskfold_contracts::time::SystemClock;
use taskfold_spans::Recorder;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::kafka::{ALONE, PATIENCE, Servers, number, topics};

/// All that the broker asks for, with one of the mechanisms.
fn security(given: &taskfold_kit::Kafka, mechanism: Mechanism) -> Security {
    let file = |name: &str| given.secured.certificates.join(name);
    Security {
        tls: true,
        ca_file: Some(file("ca.pem")),
        client_files: Some((file("client.pem"), file("client.key"))),
        sasl: Some(Sasl {
            mechanism,
            username: given.secured.username.clone(),
            password: given.secured.password.clone(),
        }),
    }
}

fn cluster(given: &taskfold_kit::Kafka, security: Security) -> Cluster {
    Cluster::new(ClusterOptions {
        brokers: given.secured.brokers.clone(),
        security,
        client_id: "taskfold-test".to_owned(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secured_cluster_takes_what_comes_from_whom_it_knows() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    let given = &servers.given;
    for mechanism in [Mechanism::Plain, Mechanism::ScramSha256] {
        let known = cluster(given, security(given, mechanism));
        assert_eq!(
            plan(&known, &topics()).await.unwrap().len(),
            6,
            "{mechanism:?}"
        );
    }
    let known = cluster(given, security(given, Mechanism::ScramSha512));
    apply(&known, &topics()).await.unwrap();
    servers.append(20).await;
    let relay = Relay::new(
        servers.log.clone(),
        known,
        servers.ledger.clone(),
        Arc::new(SystemClock),
        servers.relay_options(servers.avro()),
        Recorder::default(),
    );
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    tasks.spawn(relay.run(stop.clone()));
    let records = servers.records(20).await;
    assert!(records.iter().map(number).eq(1..=20));
    stop.cancel();
    tasks.close();
    tasks.wait().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secured_cluster_refuses_strangers_and_is_refused_by_who_does_not_know_it() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    let given = &servers.given;
    let good = || security(given, Mechanism::ScramSha512);
    let wrong = "not the password";
    let sasl = good().sasl.map(|sasl| Sasl {
        password: wrong.to_owned(),
        ..sasl
    });
    let refused = [
        ("the password", Security { sasl, ..good() }),
        (
            "no password",
            Security {
                sasl: None,
                ..good()
            },
        ),
        (
            "no certificate",
            Security {
                client_files: None,
                ..good()
            },
        ),
        (
            "nobody signs for the broker",
            Security {
                ca_file: None,
                ..good()
            },
        ),
        (
            "no TLS",
            Security {
                tls: false,
                ..good()
            },
        ),
    ];
    for (what, security) in refused {
        let stranger = cluster(given, security);
        let asked = tokio::time::timeout(PATIENCE, async { plan(&stranger, &topics()).await });
        let error = asked
            .await
            .unwrap()
            .err()
            .unwrap_or_else(|| panic!("{what}"));
        let said = error.to_string();
        assert!(
            !said.contains(wrong) && !said.contains(&given.secured.password),
            "{what}: {said}"
        );
    }
    // What waits is not lost for it: who is known is let in afterwards.
    let known = cluster(given, good());
    let asked = tokio::time::timeout(Duration::from_mins(1), async {
        plan(&known, &topics()).await
    });
    asked.await.unwrap().unwrap();
}
