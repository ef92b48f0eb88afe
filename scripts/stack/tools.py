"""The programs that the stack needs: found on this machine, or installed once."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fault import StackError

HERE = Path(__file__).resolve().parent
KAFKA = "4.3.1"
APICURIO = "3.0.9"
APICURIO_SHA256 = "2b28181501a20cbf6efcd77f9b7153908fc01f3d3a7c32024c0bd9e1b04c8a43"
MAVEN_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:2.10"
OLDEST_POSTGRES = 15
OLDEST_JAVA = 17
MAVEN_SECONDS = 900
JAEGER = "1.76.0"
OLDEST_GO = (1, 24)
GO_SECONDS = 3600


def say(text: str) -> None:
    """Tells the user what is being done."""
    print(f"stack: {text}", file=sys.stderr, flush=True)


def cache() -> Path:
    """Where downloads are kept, outside the repository."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "taskfold" / "stack"


def postgres() -> Path:
    """The directory of initdb, postgres and psql, of the newest version there is."""
    found = _postgres()
    if found is None:
        _install_postgres()
        found = _postgres()
    if found is None:
        raise StackError(f"PostgreSQL {OLDEST_POSTGRES} or newer is missing: install the package postgresql")
    return found


def _postgres() -> Path | None:
    versions = [
        (int(path.parent.parent.name), path.parent) for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin/initdb")
    ]
    newest = max(versions, default=None)
    if newest is None:
        path = shutil.which("initdb")
        return Path(path).resolve().parent if path else None
    return newest[1] if newest[0] >= OLDEST_POSTGRES else None


def _install_postgres() -> None:
    """Installs PostgreSQL without the cluster on its default port that Debian's package would create."""
    folder = Path("/etc/postgresql-common/createcluster.d")
    no_cluster = "create_main_cluster = false\n"
    setting = folder / "taskfold.conf"
    _as_root(["mkdir", "-p", str(folder)])
    _as_root(["tee", str(setting)], no_cluster)
    try:
        _apt("postgresql")
    finally:
        # What the user installs later is the user's affair.
        _as_root(["rm", "-f", str(setting)])


def redis_server() -> str:
    """The server's program."""
    found = shutil.which("redis-server")
    link = cache() / "bin" / "redis-server"
    if found or link.exists():
        return found or str(link)
    # The package redis-server would bring a service; redis-tools has the same program, which goes by its name.
    if not shutil.which("redis-check-rdb"):
        _apt("redis-tools")
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(_need("redis-check-rdb", "redis-tools"))
    return str(link)


def redis_cli() -> str:
    """The command-line client."""
    if not shutil.which("redis-cli"):
        _apt("redis-tools")
    return _need("redis-cli", "redis-tools")


def java() -> str:
    """A Java of at least version 17."""
    home = os.environ.get("JAVA_HOME")
    path = f"{home}/bin/java" if home else shutil.which("java")
    if not path:
        _apt("default-jre-headless")
        path = _need("java", "default-jre-headless")
    words = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', words)
    if not version or int(version[1]) < OLDEST_JAVA:
        raise StackError(f"{path} is not Java {OLDEST_JAVA} or newer: {words.strip()}")
    return path


def kafka() -> Path:
    """The directory of Kafka's jars, as `kafka.sha256` lists them."""
    target = cache() / f"kafka-{KAFKA}"
    if not target.is_dir():
        with _staging() as staging:
            say(f"fetching Apache Kafka {KAFKA}")
            pom = ["-f", str(HERE / "kafka-pom.xml"), f"-Dkafka.version={KAFKA}"]
            _maven(
                [*pom, f"{MAVEN_PLUGIN}:copy-dependencies", f"-DoutputDirectory={staging}", "-DincludeScope=runtime"]
            )
            sums = [line.split() for line in (HERE / "kafka.sha256").read_text().splitlines()]
            if {name for _, name in sums} != set(os.listdir(staging)):
                raise StackError("Kafka's jars are not those of kafka.sha256")
            for expected, name in sums:
                _verify(Path(staging) / name, expected)
            _publish(staging, target)
    return target


def apicurio() -> Path:
    """The registry's jar; what it needs lies beside it."""
    target = cache() / f"apicurio-{APICURIO}"
    if not target.is_dir():
        with _staging() as staging:
            say(f"fetching Apicurio Registry {APICURIO}")
            artifact = f"io.apicurio:apicurio-registry-app:{APICURIO}:tar.gz:all"
            _maven([f"{MAVEN_PLUGIN}:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={staging}"])
            archive = Path(staging) / f"apicurio-registry-app-{APICURIO}-all.tar.gz"
            _verify(archive, APICURIO_SHA256)
            with tarfile.open(archive) as tar:
                tar.extractall(staging)
            archive.unlink()
            _publish(staging, target)
    return target / f"apicurio-registry-app-{APICURIO}-runner.jar"


def jaeger() -> Path:
    """Jaeger's program, built from its Go module, whose checksum Go compares with its public database of checksums."""
    target = cache() / f"jaeger-{JAEGER}"
    if not target.is_dir():
        module = f"github.com/jaegertracing/jaeger@v{JAEGER}"
        with _staging() as staging:
            say(f"building Jaeger {JAEGER} from its source, which takes minutes")
            # Not in a directory of ours, which could have settings for Go.
            told = json.loads(_go(["mod", "download", "-json", module], staging))
            flags = ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"]
            # In the module's own directory its own list of checksums holds for all that it needs.
            _go(["build", *flags, "-o", f"{staging}/jaeger", "./cmd/all-in-one"], told["Dir"])
            _publish(staging, target)
    return target / "jaeger"


def _go(arguments: list[str], directory: str) -> str:
    go = _need("go", "golang")
    environment = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": ""}

    def run(words: list[str]) -> subprocess.CompletedProcess[str]:
        command = [go, *words]
        how = {"capture_output": True, "text": True, "check": False, "timeout": GO_SECONDS}
        return subprocess.run(command, cwd=directory, env=environment, **how)

    version = re.match(r"go(\d+)\.(\d+)", run(["env", "GOVERSION"]).stdout)
    if not version or (int(version[1]), int(version[2])) < OLDEST_GO:
        raise StackError(f"{go} is not Go {OLDEST_GO[0]}.{OLDEST_GO[1]} or newer")
    result = run(arguments)
    if result.returncode:
        raise StackError(f"Go could not build what is needed:\n{result.stderr.strip()[-2000:]}")
    return result.stdout


def _staging() -> tempfile.TemporaryDirectory[str]:
    """A directory that becomes the real one only when it is whole."""
    cache().mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=cache(), prefix="part-", ignore_cleanup_errors=True)


def _publish(staging: str, target: Path) -> None:
    Path(staging).chmod(0o755)
    try:
        os.rename(staging, target)
    except OSError:
        # Another stack was faster: its copy has passed the same checks.
        if not target.is_dir():
            raise


def _verify(path: Path, expected: str) -> None:
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != expected:
        raise StackError(f"{path.name}: SHA-256 is {actual}, not {expected}")


def _maven(arguments: list[str]) -> None:
    if not shutil.which("mvn"):
        java()
        _apt("maven")
    command = [_need("mvn", "maven"), "-B", "-ntp", "-q", "--strict-checksums", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=MAVEN_SECONDS)
    if result.returncode:
        raise StackError(f"Maven could not fetch what is needed:\n{result.stdout.strip()}")


def _need(program: str, package: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise StackError(f"{program} is missing: install the package {package}")
    return path


def _apt(package: str) -> None:
    say(f"installing {package}")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", package]
    if not _as_root(install) and not (_as_root(["apt-get", "update", "-q"]) and _as_root(install)):
        raise StackError(f"{package} is missing and cannot be installed here: install it and try again")


def _as_root(command: list[str], text: str = "") -> bool:
    """Runs a command as root when that needs no question."""
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    prefix = environment if os.geteuid() == 0 else ["sudo", "-n", *environment]
    if shutil.which(prefix[0]) is None or shutil.which(command[0]) is None:
        return False
    return subprocess.run([*prefix, *command], input=text, text=True, stdout=sys.stderr, check=False).returncode == 0
