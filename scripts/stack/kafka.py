"""Apache Kafka in KRaft mode: every node is broker and controller."""

import shlex
import socket
import struct
from pathlib import Path

import certificates
import ports
import tools
from fault import StackError
from service import Service
from state import State
from waiting import Unanswered

ANSWER_SECONDS = 3.0
USER, PASSWORD = "taskfold", "kafka"
SCRAM = ["SCRAM-SHA-256", "SCRAM-SHA-512"]
LOGIN = "org.apache.kafka.common.security"
METADATA, METADATA_VERSION, CORRELATION = 3, 4, 7
# The flags of Kafka's own start script.
JVM = "-server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35"
HEAP = ["-Xms330m", "-Xmx330m"]

TOOLS = {
    "kafka-topics": "org.apache.kafka.tools.TopicCommand",
    "kafka-configs": "kafka.admin.ConfigCommand",
    "kafka-console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "kafka-console-producer": "org.apache.kafka.tools.ConsoleProducer",
    "kafka-consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "kafka-producer-perf": "org.apache.kafka.tools.ProducerPerformance",
    "kafka-quorum": "org.apache.kafka.tools.MetadataQuorumCommand",
}


def java(main: str, *options: str) -> list[str]:
    """The command that runs a program of Kafka."""
    logging = f"-Dlog4j2.configurationFile={tools.HERE / 'log4j2.xml'}"
    return [tools.java(), *options, logging, "-cp", f"{tools.kafka()}/*", main]


def tool(name: str, brokers: str) -> list[str]:
    """The command that runs one of `TOOLS` on these brokers."""
    return [*java(TOOLS[name], "-Xmx256m", "-XX:TieredStopAtLevel=1"), "--bootstrap-server", brokers]


class Broker(Service):
    """One node of the cluster."""

    start_seconds = 120.0

    def __init__(self, state: State, number: int) -> None:
        super().__init__(state, f"kafka-{number}")
        self.number = number

    def port_names(self) -> list[str]:
        return self._ports_of(self.number)

    def _ports_of(self, number: int) -> list[str]:
        behind = [f"kafka-{number}-behind"] if self.state.proxies else []
        secure = [f"kafka-{number}-secure"] if self.state.secure else []
        return [f"kafka-{number}", f"kafka-{number}-controller", *behind, *secure]

    @property
    def _config(self) -> Path:
        return self.home / "server.properties"

    def prepare(self) -> None:
        tools.java()
        tools.kafka()
        numbers = range(1, self.state.brokers + 1)
        self.state.claim_ports([port for number in numbers for port in self._ports_of(number)])
        self.home.mkdir(exist_ok=True)
        if self.state.secure:
            certificates.make(_certificates(self.state), ["broker", "client"])
        self._config.write_text("".join(f"{key}={value}\n" for key, value in self._properties().items()))

    def _properties(self) -> dict[str, object]:
        count = self.state.brokers
        voters = [f"{n}@{ports.HOST}:{self.state.ports[f'kafka-{n}-controller']}" for n in range(1, count + 1)]
        replicas = min(count, 3)
        in_sync = 2 if count >= 3 else 1
        controller = self.state.ports[f"{self.name}-controller"]
        listeners, advertised = f"PLAINTEXT://{ports.HOST}:{self.port}", f"PLAINTEXT://{ports.HOST}:{self.port}"
        if self.state.proxies:
            listeners += f",BEHIND://{ports.HOST}:{self.state.ports[f'{self.name}-behind']}"
            advertised += f",BEHIND://{ports.HOST}:{self.state.proxies[self.number - 1]}"
        secure = self._secure() if self.state.secure else {}
        if secure:
            listeners += f",SECURE://{ports.HOST}:{self.state.ports[f'{self.name}-secure']}"
            advertised += f",SECURE://{ports.HOST}:{self.state.ports[f'{self.name}-secure']}"
        protocols = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,BEHIND:PLAINTEXT,SECURE:SASL_SSL"
        return {
            **secure,
            "process.roles": "broker,controller",
            "node.id": self.number,
            "controller.quorum.voters": ",".join(voters),
            "listeners": f"{listeners},CONTROLLER://{ports.HOST}:{controller}",
            "advertised.listeners": advertised,
            "listener.security.protocol.map": protocols,
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": self.home / "data",
            # A topic that nobody created with its right partitions is a mistake.
            "auto.create.topics.enable": "false",
            "num.partitions": 6,
            "default.replication.factor": replicas,
            "min.insync.replicas": in_sync,
            "offsets.topic.replication.factor": replicas,
            "transaction.state.log.replication.factor": replicas,
            "transaction.state.log.min.isr": in_sync,
            "share.coordinator.state.topic.replication.factor": replicas,
            "share.coordinator.state.topic.min.isr": in_sync,
            "offsets.topic.num.partitions": 8,
            "transaction.state.log.num.partitions": 8,
            # A killed broker may come back only when its session is over; where it is the only one, all wait for it.
            "broker.session.timeout.ms": 9000 if count > 1 else 3000,
            "broker.heartbeat.interval.ms": 2000 if count > 1 else 500,
            "group.initial.rebalance.delay.ms": 0,
            "log.segment.bytes": 64 << 20,
            "log.retention.bytes": 1 << 30,
            "metadata.max.retention.bytes": 64 << 20,
            # The default, 128 MiB, is out of proportion to the heap.
            "log.cleaner.dedupe.buffer.size": 16 << 20,
        }

    def _secure(self) -> dict[str, object]:
        """The port for clients that have a certificate of the stack's authority, and its user's password."""
        files = _certificates(self.state)
        store = self.home / "broker.pem"
        store.touch(mode=0o600)
        store.write_text((files / "broker.key").read_text() + (files / "broker.pem").read_text())
        password = self.state.secret(PASSWORD)
        settings: dict[str, object] = {
            "sasl.enabled.mechanisms": ",".join([*SCRAM, "PLAIN"]),
            "plain.sasl.jaas.config": f'{LOGIN}.plain.PlainLoginModule required user_{USER}="{password}";',
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": store,
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": files / "ca.pem",
            "ssl.client.auth": "required",
        }
        for mechanism in SCRAM:
            settings[f"{mechanism.lower()}.sasl.jaas.config"] = f"{LOGIN}.scram.ScramLoginModule required;"
        return {f"listener.name.secure.{name}": value for name, value in settings.items()}

    def command(self) -> list[str]:
        log = self.log.with_name(f"{self.name}.server.log")
        logging = [f"-Dstack.log={log}", "-Dstack.appender=file", "-Djava.awt.headless=true"]
        server = [*java("kafka.Kafka", *HEAP, *JVM.split(), *logging), str(self._config)]
        if (self.home / "data" / "meta.properties").exists():
            return server
        storage = java("kafka.tools.StorageTool", "-Xmx128m", "-XX:TieredStopAtLevel=1")
        # The id may begin with a hyphen.
        storage += ["format", f"--cluster-id={self.state.cluster}", "-c", str(self._config)]
        if self.state.secure:
            # Kafka takes its first users in no other way.
            user = f"[name={USER},password={self.state.secret(PASSWORD)}]"
            storage += [f"--add-scram={mechanism}={user}" for mechanism in SCRAM]
        # In the same process, so that the nodes of a new cluster are formatted side by side.
        return ["/bin/sh", "-c", f"{shlex.join(storage)} && exec {shlex.join(server)}"]

    def answers(self) -> str:
        brokers = _registered(self.port)
        if self.number not in brokers:
            raise Unanswered(f"node {self.number} is not registered, only {sorted(brokers)}")
        return f"answers, {len(brokers)} of {self.state.brokers} brokers registered"

    def variables(self) -> dict[str, str]:
        all_ports = [self.state.ports[f"kafka-{n}"] for n in range(1, self.state.brokers + 1)]
        found = {"STACK_KAFKA_BROKERS": ",".join(f"{ports.HOST}:{port}" for port in all_ports)}
        if self.state.proxies:
            behind = [self.state.ports[f"kafka-{n}-behind"] for n in range(1, self.state.brokers + 1)]
            found["STACK_KAFKA_BEHIND"] = ",".join(f"{ports.HOST}:{port}" for port in behind)
        if self.state.secure:
            secure = [self.state.ports[f"kafka-{n}-secure"] for n in range(1, self.state.brokers + 1)]
            found["STACK_KAFKA_SECURE"] = ",".join(f"{ports.HOST}:{port}" for port in secure)
            found["STACK_KAFKA_CERTIFICATES"] = str(_certificates(self.state))
            found["STACK_KAFKA_USER"], found["STACK_KAFKA_PASSWORD"] = USER, self.state.secret(PASSWORD)
        return found


def check_brokers(state: State, wanted: int) -> None:
    """Sets how many brokers a stack has; that cannot change once Kafka has data."""
    if wanted == state.brokers:
        return
    if wanted < 1:
        raise StackError(f"--brokers {wanted}: at least 1")
    if (state.directory / "kafka-1").exists():
        raise StackError(f"this stack has {state.brokers} broker(s): `down --only kafka --wipe` first")
    state.brokers = wanted


def check_secure(state: State, wanted: bool) -> None:
    """Gives brokers a port with TLS and SASL; chosen once, as their users are made with their storage."""
    if wanted and not state.secure and (state.directory / "kafka-1").exists():
        raise StackError("this stack has brokers without TLS and SASL: `down --only kafka --wipe` first")
    state.secure |= wanted


def check_proxies(state: State, wanted: list[int]) -> None:
    """Sets the ports of the proxies that stand before the brokers, one for each; chosen once, like their number."""
    if not wanted or wanted == state.proxies:
        return
    if len(wanted) != state.brokers:
        raise StackError(f"--proxies names {len(wanted)} ports for {state.brokers} broker(s)")
    if (state.directory / "kafka-1").exists():
        raise StackError("this stack has brokers without these proxies: `down --only kafka --wipe` first")
    state.proxies = wanted


def _certificates(state: State) -> Path:
    return state.directory / "secrets" / "certificates"


def _registered(port: int) -> set[int]:
    """Ids of the brokers in the cluster, as the broker on this port knows them."""
    client = b"stack"
    # No topics (an empty array), and none is to be created.
    body = struct.pack(">ib", 0, 0)
    header = struct.pack(">hhih", METADATA, METADATA_VERSION, CORRELATION, len(client)) + client
    answer = _exchange(port, header + body)
    correlation, _throttled, count = struct.unpack_from(">iii", answer)
    if correlation != CORRELATION:
        raise Unanswered("an answer to another question")
    found, at = set(), 12
    for _ in range(count):
        node, host = struct.unpack_from(">ih", answer, at)
        at += 6 + host + 4
        (rack,) = struct.unpack_from(">h", answer, at)
        at += 2 + max(rack, 0)
        found.add(node)
    return found


def _exchange(port: int, request: bytes) -> bytes:
    try:
        with socket.create_connection((ports.HOST, port), ANSWER_SECONDS) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            with connection.makefile("rb") as stream:
                size = stream.read(4)
                answer = stream.read(struct.unpack(">i", size)[0]) if len(size) == 4 else b""
    except OSError as error:
        raise Unanswered(str(error)) from error
    if len(answer) < 12:
        raise Unanswered("the connection was closed")
    return answer
