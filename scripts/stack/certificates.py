"""Certificates of an authority of the stack's own."""

import subprocess
from pathlib import Path

import ports
from fault import StackError

DAYS = 3650


def make(directory: Path, names: list[str]) -> None:
    """`ca.pem`, and for each name a `NAME.key` and a `NAME.pem` that it signs; what is there stays."""
    if directory.exists():
        return
    part = directory.with_name(directory.name + ".part")
    part.mkdir(mode=0o700, parents=True, exist_ok=True)
    _certificate(part, "ca", "basicConstraints=critical,CA:TRUE")
    signed = ["-CA", str(part / "ca.pem"), "-CAkey", str(part / "ca.key")]
    for name in names:
        _certificate(part, name, "basicConstraints=critical,CA:FALSE", *signed)
    (part / "ca.key").unlink()
    part.rename(directory)


def _certificate(directory: Path, name: str, constraints: str, *signed: str) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(DAYS), *signed]
    command += ["-config", "/dev/null", "-subj", f"/CN={name}"]
    command += ["-addext", constraints, "-addext", f"subjectAltName=IP:{ports.HOST}"]
    command += ["-keyout", str(directory / f"{name}.key"), "-out", str(directory / f"{name}.pem")]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise StackError(f"openssl makes no certificate for {name}: {made.stderr.strip()}")
