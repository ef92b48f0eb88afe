//! Several processes, roles, migrations, faults of the server.
