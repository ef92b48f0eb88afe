-- The log of one database. Everything stands in the schema `log`, which the program makes before this runs,
-- together with the table of migrations.

-- How the log is cut: fixed when it is created. Partition p stands in the database p mod shards.
CREATE TABLE log.layout (
    id         integer PRIMARY KEY CHECK (id = 1),
    partitions integer NOT NULL CHECK (partitions > 0),
    shards     integer NOT NULL CHECK (shards > 0),
    shard      integer NOT NULL CHECK (shard >= 0 AND shard < shards)
);

-- Rows are only ever added. The order of columns leaves no padding between them.
CREATE TABLE log.events (
    number         bigint  NOT NULL,
    version        bigint  NOT NULL,
    recorded_at    bigint  NOT NULL,
    partition      integer NOT NULL,
    schema_version integer NOT NULL,
    event_id       uuid    NOT NULL,
    workspace_id   uuid    NOT NULL,
    stream_id      uuid    NOT NULL,
    change_id      uuid    NOT NULL,
    undoes         uuid,
    correlation_id uuid    NOT NULL,
    causation_id   uuid,
    key_id         uuid,
    type           text    NOT NULL,
    actor          bytea   NOT NULL,
    hash           bytea   NOT NULL,
    payload        bytea   NOT NULL,
    PRIMARY KEY (partition, number)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- Also the table of stream heads: the greatest version of a stream is one descent away.
CREATE UNIQUE INDEX events_by_stream ON log.events (stream_id, version);
CREATE INDEX events_by_workspace ON log.events (workspace_id, number);
CREATE INDEX events_by_change ON log.events (change_id);

-- The last row of each partition: what the next one continues, and the lock that makes positions dense.
-- Updated with every commit: room on the page for the versions that nobody needs any more.
CREATE TABLE log.partitions (
    partition   integer PRIMARY KEY,
    head        bigint  NOT NULL,
    recorded_at bigint  NOT NULL,
    hash        bytea   NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 100000);

CREATE TABLE log.idempotency (
    key         bytea   PRIMARY KEY,
    fingerprint bytea   NOT NULL,
    change_id   uuid    NOT NULL,
    partition   integer NOT NULL,
    first       bigint  NOT NULL,
    last        bigint  NOT NULL,
    recorded_at bigint  NOT NULL,
    reply       bytea   NOT NULL
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);

CREATE TABLE log.claims (
    key       bytea PRIMARY KEY,
    stream_id uuid  NOT NULL
);

-- Folded state that saves reading from the beginning; can be deleted at any time.
CREATE TABLE log.snapshots (
    key       bytea   NOT NULL,
    partition integer NOT NULL,
    number    bigint  NOT NULL,
    bytes     bytea   NOT NULL,
    PRIMARY KEY (key, partition, number)
);

-- How far consumers are whose effect is elsewhere.
CREATE TABLE log.watermarks (
    consumer  text    NOT NULL,
    partition integer NOT NULL,
    number    bigint  NOT NULL,
    PRIMARY KEY (consumer, partition)
) WITH (fillfactor = 50);

-- The second lock behind the grants: not even the owner changes what was stored.
CREATE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of %.% are only ever added', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER never_changed BEFORE UPDATE OR TRUNCATE ON log.idempotency
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.claims
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON log.partitions
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER never_back BEFORE UPDATE ON log.partitions
    FOR EACH ROW WHEN (NEW.head < OLD.head OR NEW.partition <> OLD.partition)
    EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON log.layout
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
