"""Redis, with its data on disk: it holds sessions."""

import socket
from pathlib import Path

import ports
import tools
from service import Service
from waiting import Unanswered

ANSWER_SECONDS = 2.0


class Redis(Service):
    """One Redis server."""

    start_seconds = 30.0

    @property
    def _config(self) -> Path:
        return self.home / "redis.conf"

    def prepare(self) -> None:
        tools.redis_server()
        self.home.mkdir(exist_ok=True)
        self._config.touch(mode=0o600)
        self._config.write_text(
            f'bind {ports.HOST}\nport {self.port}\nrequirepass {self.state.secret("redis")}\ndir "{self.home}"\n'
            # An append-only file, synced each second, instead of snapshots: at most a second is lost.
            'appendonly yes\nappendfsync everysec\nsave ""\n'
            # What has a time to live goes first when memory is short: the cache before anything lasting.
            "maxmemory 256mb\nmaxmemory-policy volatile-lru\ndaemonize no\nloglevel notice\n"
        )

    def command(self) -> list[str]:
        return [tools.redis_server(), str(self._config)]

    def answers(self) -> str:
        password = self.state.secret("redis")
        request = f"AUTH {password}\r\nPING\r\n".encode()
        try:
            with socket.create_connection((ports.HOST, self.port), ANSWER_SECONDS) as connection:
                connection.sendall(request)
                with connection.makefile("rb") as answer:
                    lines = [answer.readline().decode().strip() for _ in range(2)]
        except OSError as error:
            raise Unanswered(str(error)) from error
        # While it reads its file back it answers -LOADING.
        if lines != ["+OK", "+PONG"]:
            raise Unanswered(lines[1] or "no answer")
        return "answers PING"

    def variables(self) -> dict[str, str]:
        return {"STACK_REDIS_URL": f"redis://:{self.state.secret('redis')}@{ports.HOST}:{self.port}/0"}
