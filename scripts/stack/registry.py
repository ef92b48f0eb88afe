"""The schema registry: Apicurio, whose Confluent API is used, with its schemas in the stack's PostgreSQL."""

import json
import urllib.error
import urllib.request

import ports
import tools
import waiting
from postgres import REGISTRY, Postgres
from service import Service
from waiting import Unanswered

ANSWER_SECONDS = 5.0
COMPATIBILITY = "BACKWARD_TRANSITIVE"
CONTENT = "application/vnd.schemaregistry.v1+json"


class Registry(Service):
    """One registry."""

    start_seconds = 180.0

    def __init__(self, database: Postgres) -> None:
        super().__init__(database.state, "registry")
        self.database = database

    @property
    def url(self) -> str:
        """Where the Confluent API begins."""
        return f"http://{ports.HOST}:{self.port}/apis/ccompat/v7"

    def prepare(self) -> None:
        tools.java()
        tools.apicurio()
        self.home.mkdir(exist_ok=True)

    def command(self) -> list[str]:
        return [tools.java(), "-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-jar", str(tools.apicurio())]

    def environment(self) -> dict[str, str]:
        return {
            "QUARKUS_HTTP_HOST": ports.HOST,
            "QUARKUS_HTTP_PORT": str(self.port),
            "QUARKUS_LOG_LEVEL": "WARN",
            "QUARKUS_LOG_CATEGORY__IO_APICURIO__LEVEL": "WARN",
            "APICURIO_STORAGE_KIND": "sql",
            "APICURIO_STORAGE_SQL_KIND": "postgresql",
            "APICURIO_DATASOURCE_URL": f"jdbc:postgresql://{ports.HOST}:{self.database.port}/{REGISTRY}",
            "APICURIO_DATASOURCE_USERNAME": REGISTRY,
            "APICURIO_DATASOURCE_PASSWORD": self.state.secret(REGISTRY),
            "APICURIO_DATASOURCE_JDBC_INITIAL_SIZE": "2",
            "APICURIO_DATASOURCE_JDBC_MIN_SIZE": "2",
            "APICURIO_DATASOURCE_JDBC_MAX_SIZE": "10",
        }

    def answers(self) -> str:
        status, body = self.ask("GET", "/subjects")
        if status != 200:
            raise Unanswered(f"HTTP {status}")
        return f"answers, {len(json.loads(body))} subjects"

    def finish(self) -> None:
        """A schema must read what was written with every older one, unless a subject says otherwise."""
        waiting.until(self._set_compatibility, self.start_seconds, self.name, lambda: self.process() is not None)

    def _set_compatibility(self) -> str:
        status, body = self.ask("PUT", "/config", {"compatibility": COMPATIBILITY})
        if status != 200:
            raise Unanswered(f"setting {COMPATIBILITY}: HTTP {status} {body}")
        return COMPATIBILITY

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """A request to the Confluent API: status and body of the answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": CONTENT}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            raise Unanswered(str(error)) from error

    def variables(self) -> dict[str, str]:
        return {"STACK_REGISTRY_URL": self.url}
