BEGIN;
INSERT INTO log.events (number, version, recorded_at, partition, schema_version, event_id, workspace_id, stream_id, change_id, correlation_id, type, actor, hash, payload) SELECT n, 1, 1800000000000 + n, (n % 16)::int4, 1, id, lpad(to_hex(n % 16), 32, '0')::uuid, id, id, id, 'task.created', decode(repeat('01', 17), 'hex'), sha256(int8send(n)), decode(repeat('02', 200), 'hex') FROM (SELECT n, lpad(to_hex(n), 32, '0')::uuid AS id FROM nextval('bench.numbers') AS n) AS new;
INSERT INTO log.idempotency (key, fingerprint, change_id, partition, first, last, recorded_at, reply) SELECT sha256(int8send(n)), sha256(int8send(n)), lpad(to_hex(n), 32, '0')::uuid, (n % 16)::int4, n, n, 1800000000000 + n, decode(repeat('03', 136), 'hex') FROM currval('bench.numbers') AS n;
COMMIT;
