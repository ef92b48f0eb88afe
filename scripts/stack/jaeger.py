"""Jaeger: takes spans by OTLP, keeps them in memory, and answers questions about traces."""

import json
import urllib.request

import ports
import tools
from service import Service
from waiting import Unanswered

ANSWER_SECONDS = 5.0
LISTENERS = {
    "jaeger": "query.http-server.host-port",
    "jaeger-otlp": "collector.otlp.http.host-port",
    "jaeger-otlp-grpc": "collector.otlp.grpc.host-port",
    "jaeger-query-grpc": "query.grpc-server.host-port",
    "jaeger-collector": "collector.http-server.host-port",
    "jaeger-collector-grpc": "collector.grpc-server.host-port",
    "jaeger-admin": "admin.http.host-port",
}
"""The ports it would take by itself, and how it is told others."""


class Jaeger(Service):
    """One Jaeger."""

    def port_names(self) -> list[str]:
        return list(LISTENERS)

    def prepare(self) -> None:
        tools.jaeger()
        self.home.mkdir(exist_ok=True)

    def command(self) -> list[str]:
        listeners = [f"--{flag}={ports.HOST}:{self.state.ports[name]}" for name, flag in LISTENERS.items()]
        return [str(tools.jaeger()), "--memory.max-traces=20000", "--log-level=warn", *listeners]

    def answers(self) -> str:
        try:
            with urllib.request.urlopen(f"{self.url}/api/services", timeout=ANSWER_SECONDS) as answer:
                services = json.load(answer)["data"] or []
        except (OSError, ValueError, KeyError) as error:
            raise Unanswered(str(error)) from error
        return f"answers, spans of {len(services)} services"

    @property
    def url(self) -> str:
        """Where it is asked: `/api/traces?service=taskfold`."""
        return f"http://{ports.HOST}:{self.port}"

    def variables(self) -> dict[str, str]:
        otlp = self.state.ports["jaeger-otlp"]
        return {"STACK_JAEGER_URL": self.url, "STACK_OTLP_URL": f"http://{ports.HOST}:{otlp}"}
