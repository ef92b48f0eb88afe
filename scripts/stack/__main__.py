"""Real servers for development and tests: PostgreSQL, Redis, Kafka, a schema registry, Jaeger when asked for."""

import argparse
import os
import signal
import subprocess
import sys

import check
import kafka
import ports
import tools
from fault import StackError
from stack import GROUPS, Stack
from state import Locked, State
from waiting import Unanswered

SIGNALS = {"kill": "KILL", "pause": "STOP", "resume": "CONT"}
PROGRAMS = [*kafka.TOOLS, "psql", "redis-cli"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--name", default="dev", help="several stacks can run side by side (default: dev)")
    where.add_argument("--dir", help="where it lives (default: .data/stack/NAME)")
    only = argparse.ArgumentParser(add_help=False)
    only.add_argument("--only", default=",".join(GROUPS), metavar="LIST", help="some of " + ",".join(GROUPS))
    some = argparse.ArgumentParser(add_help=False)
    some.add_argument("services", nargs="+", metavar="SERVICE", help="kafka-1, or kafka for all its brokers")

    root = argparse.ArgumentParser(prog="just stack", description=__doc__, epilog="Also: " + ", ".join(PROGRAMS))
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", parents=[where, only], help="starts what is missing and waits until it answers")
    up.add_argument("--brokers", type=int, help="nodes of Kafka, chosen once (default: 1; 3 for fault tests)")
    up.add_argument("--proxies", default="", metavar="PORTS", help="of proxies to Kafka's nodes, which clients use")
    up.add_argument("--secure", action="store_true", help="Kafka also behind TLS and SASL, chosen once")
    up.add_argument("--replica", action="store_true", help="with a streaming replica of PostgreSQL")
    up.add_argument("--with", dest="extra", action="append", choices=["jaeger"], default=[], help="one more server")
    down = commands.add_parser("down", parents=[where, only], help="ends the processes of the stack")
    down.add_argument("--wipe", action="store_true", help="removes the data too")
    commands.add_parser("status", parents=[where], help="what runs and answers; fails unless all do")
    commands.add_parser("env", parents=[where], help="prints stack.env")
    commands.add_parser("restart", parents=[where, some], help="ends servers cleanly and starts them again")
    kill = commands.add_parser("kill", parents=[where], help="sends a signal, KILL unless told otherwise")
    kill.add_argument("services", nargs=1, metavar="SERVICE")
    kill.add_argument("signal", nargs="?", default="KILL", metavar="SIGNAL")
    commands.add_parser("pause", parents=[where, some], help="stops servers where they are (SIGSTOP)")
    commands.add_parser("resume", parents=[where, some], help="lets paused servers go on (SIGCONT)")
    commands.add_parser("check", help="proves on two stacks of its own that all this works")
    return root


def main(words: list[str]) -> int:
    """Runs one command; its exit status."""
    program = next((at for at, word in enumerate(words) if word in PROGRAMS), None)
    if program is not None:
        return run_program(words[:program], words[program], words[program + 1 :])
    arguments = parser().parse_args(words)
    if arguments.command == "check":
        return check.run()
    directory = State.locate(arguments.name, arguments.dir)
    if arguments.command != "up" and not (directory / "stack.json").exists():
        tools.say(f"there is no stack in {directory}")
        return 0 if arguments.command == "down" else 1
    if arguments.command in ("status", "env"):
        return show(arguments.command, Stack(State.load(arguments.name, directory)))
    if arguments.command in SIGNALS:
        # No lock: a fault may come at any moment, and changes nothing that is written down.
        Stack(State.load(arguments.name, directory)).send(arguments.services, signal_number(arguments))
        return 0
    with Locked(directory):
        change(arguments, Stack(State.load(arguments.name, directory)))
    return 0


def change(arguments: argparse.Namespace, stack: Stack) -> None:
    """Runs a command that changes the stack."""
    match arguments.command:
        case "up":
            kafka.check_brokers(stack.state, arguments.brokers or stack.state.brokers)
            kafka.check_proxies(stack.state, port_numbers(arguments.proxies))
            kafka.check_secure(stack.state, arguments.secure)
            stack.state.replica |= arguments.replica
            stack.state.jaeger |= "jaeger" in arguments.extra
            stack.up([*groups(arguments.only), *arguments.extra])
            tools.say(f"variables: {stack.state.directory}/stack.env")
        case "down":
            stack.down(groups(arguments.only), arguments.wipe)
        case "restart":
            stack.restart(arguments.services)


def show(command: str, stack: Stack) -> int:
    """Prints what is asked for; 1 when something does not work."""
    if command == "env":
        print((stack.state.directory / "stack.env").read_text(), end="")
        return 0
    lines = stack.status()
    for name, works, text in lines:
        print(f"{'ok  ' if works else 'DOWN'} {name:<17} {text}")
    if not lines:
        print("nothing runs")
    return 0 if lines and all(works for _, works, _ in lines) else 1


def run_program(before: list[str], name: str, words: list[str]) -> int:
    """Runs a client program on the stack."""
    where = parser().parse_args(["env", *before])
    state = State.load(where.name, State.locate(where.name, where.dir))
    variables = state.variables

    def need(variable: str) -> str:
        if variable not in variables:
            raise StackError(f"stack {state.name} has no {variable}: start it with `up`")
        return variables[variable]

    match name:
        case "psql":
            command = [str(tools.postgres() / "psql"), need("STACK_POSTGRES_URL"), *words]
        case "redis-cli":
            need("STACK_REDIS_URL")
            os.environ["REDISCLI_AUTH"] = state.secret("redis")
            command = [tools.redis_cli(), "-h", ports.HOST, "-p", str(state.ports["redis"]), *words]
        case _:
            command = [*kafka.tool(name, need("STACK_KAFKA_BROKERS")), *words]
    return subprocess.run(command, check=False).returncode


def groups(text: str) -> list[str]:
    """The groups of `--only`."""
    names = text.split(",")
    unknown = set(names) - set(GROUPS)
    if unknown:
        raise StackError(f"--only {text}: {', '.join(sorted(unknown))} is none of {','.join(GROUPS)}")
    return names


def port_numbers(text: str) -> list[int]:
    """The ports of `--proxies`."""
    try:
        return [int(port) for port in text.split(",") if port]
    except ValueError as error:
        raise StackError(f"--proxies {text}: not a list of ports") from error


def signal_number(arguments: argparse.Namespace) -> int:
    """The signal of a command; 9, KILL and SIGKILL are the same."""
    name = getattr(arguments, "signal", SIGNALS[arguments.command]).upper().removeprefix("SIG")
    try:
        return signal.Signals(int(name)) if name.isdigit() else signal.Signals[f"SIG{name}"]
    except (KeyError, ValueError) as error:
        raise StackError(f"no signal {name}") from error


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (StackError, Unanswered) as error:
        sys.exit(f"stack: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os._exit(141)
