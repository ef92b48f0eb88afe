//! Connections with TLS.

use taskfold_kit::Postgres;
use taskfold_log::{DatabaseError, Log, Migrate, OpenError, Options};

use super::kit::options;

async fn open(url: String) -> Result<(), OpenError> {
    let options_of_log = Options {
        partitions: 16,
        ..Options::default()
    };
    let log = Log::connect_read_only(options(vec![url]), options_of_log).await?;
    log.shutdown().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sslmode_is_kept_to() {
    let (server, certificate) = Postgres::start_encrypted().unwrap();
    let plain = server.database().unwrap();
    let migrate = Migrate::default();
    Log::migrate(&options(vec![plain.clone()]), &migrate)
        .await
        .unwrap();
    // From here on only encrypted lines are let in.
    let (_, database) = plain.rsplit_once('/').unwrap();
    let only = "CREATE FUNCTION only_encrypted() RETURNS boolean LANGUAGE sql AS
         $$ SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid() $$;
         ALTER TABLE log.layout ENABLE ROW LEVEL SECURITY;
         CREATE POLICY encrypted ON log.layout USING (only_encrypted());
         CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA log TO reader;
         GRANT SELECT ON ALL TABLES IN SCHEMA log TO reader";
    server.run(database, only).unwrap();
    let url = plain.replace("postgres://postgres@", "postgres://reader@");
    assert!(open(format!("{url}?sslmode=disable")).await.is_err());
    open(url.clone()).await.unwrap();
    open(format!("{url}?sslmode=require")).await.unwrap();
    let root = certificate.display();
    open(format!("{url}?sslmode=verify-full&sslrootcert={root}"))
        .await
        .unwrap();
    let stranger = open(format!("{url}?sslmode=verify-full"))
        .await
        .unwrap_err();
    assert!(
        matches!(
            stranger,
            OpenError::Database(DatabaseError::Unusable { .. })
        ),
        "{stranger}"
    );
    let other_name = url.replace("127.0.0.1", "localhost");
    let other = open(format!(
        "{other_name}?sslmode=verify-full&sslrootcert={root}"
    ))
    .await;
    assert!(other.is_err(), "the certificate is for another name");
    let mode = open(format!("{url}?sslmode=allow")).await.unwrap_err();
    assert!(
        matches!(mode, OpenError::Database(DatabaseError::Address(_))),
        "{mode}"
    );
}
