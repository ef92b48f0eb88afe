"""A streaming replica of the stack's PostgreSQL."""

from pathlib import Path

import ports
from postgres import DATABASE, REPLICATION, Postgres


class Replica(Postgres):
    """A streaming replica with a slot; `select pg_promote()` makes a primary of it."""

    def __init__(self, primary: Postgres) -> None:
        super().__init__(primary.state, "postgres-replica")
        self.primary = primary

    def _create(self, binaries: Path, new: Path) -> None:
        source = f"host={ports.HOST} port={self.primary.port} user={REPLICATION} application_name=replica"
        self.primary.sql(
            "select pg_create_physical_replication_slot('replica', true)"
            " where not exists (select from pg_replication_slots where slot_name = 'replica')"
        )
        backup: list[str | Path] = [binaries / "pg_basebackup", "-D", new, "-d", source, "-S", "replica"]
        self.run([*backup, "-R", "-X", "stream", "-c", "fast"], {"PGPASSWORD": self.state.secret(REPLICATION)})

    def finish(self) -> None:
        """Roles and databases come from the primary."""

    def answers(self) -> str:
        stream = "coalesce((select status from pg_stat_wal_receiver), 'not streaming')"
        return self.sql(f"select case when pg_is_in_recovery() then {stream} else 'promoted' end")

    def variables(self) -> dict[str, str]:
        return {"STACK_POSTGRES_REPLICA_URL": self.url("postgres", DATABASE)}
