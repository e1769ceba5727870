"""How long `maskwire up` takes until it protects, and what its processes weigh.

    uv run python benchmarks/startup.py [--runs 5] [--json]

Runs anywhere, touches nothing of yours: each run has a home, a key and a provider (the stand-in) of its own. Times are
medians in seconds from the start of the process; memory is resident MiB after the first requests were answered.
"""

import argparse
import base64
import http.client
import json
import os
import platform
import secrets
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from maskwire_client import Client, ControlError, Status
from maskwire_daemon.standin.server import StandIn, running

HOST = "api.openai.com"

TEXT = "Jane Doe <jane.doe@northwind-mail.com> met Robert Miller in Springfield about ticket {}."
"""A request that needs rules and names."""

TARGETS = {"protecting_s": 1.5, "proxy_mib": 110.0, "worker_mib": 350.0}
"""What the product promises."""


@dataclass(frozen=True)
class Run:
    """One start. ``first_answer_s`` counts from the process's start as well: it waits for the worker."""

    protecting_s: float
    first_answer_s: float
    second_answer_s: float
    status_s: float
    proxy_mib: float
    worker_mib: float


def measure() -> Run:
    with running(StandIn()) as stand_in, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "ca.pem").write_text(stand_in.pem)
        (home / "config.toml").write_text(
            f'[upstream]\ntrusted_ca = "{home / "ca.pem"}"\nconnect_to = {{ "{HOST}:443" = "{stand_in.address}" }}\n'
        )
        environ = {
            **os.environ,
            "MASKWIRE_HOME": folder,
            "MASKWIRE_KEY_PROVIDER": "env",
            "MASKWIRE_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        command = [sys.executable, "-m", "maskwire_daemon", "up", "--headless", "--proxy-port", "0", "--api-port", "0"]
        started = time.perf_counter()
        daemon = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
        try:
            return _follow(daemon.pid, environ, started)
        finally:
            daemon.terminate()
            daemon.wait()


def _follow(pid: int, environ: dict[str, str], started: float) -> Run:
    status = _protecting(environ)
    protecting = time.perf_counter() - started
    _ask(status, 1)
    first = time.perf_counter() - started
    before = time.perf_counter()
    _ask(status, 2)
    second = time.perf_counter() - before
    before = time.perf_counter()
    subprocess.run([sys.executable, "-m", "maskwire_daemon", "status"], env=environ, check=True, capture_output=True)
    asked = time.perf_counter() - before
    proxy = psutil.Process(pid)
    workers = proxy.children(recursive=True)
    return Run(protecting, first, second, asked, _mib(proxy), sum(map(_mib, workers)))


def _protecting(environ: dict[str, str]) -> Status:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            status = Client.running(environ).status()
        except ControlError:
            status = None
        if status and status.proxy and status.state == "protecting":
            return status
        time.sleep(0.005)
    raise TimeoutError("the daemon does not protect after a minute")


def _ask(status: Status, number: int) -> None:
    proxy = urlsplit(status.proxy)
    trust = ssl.create_default_context(cafile=status.ca_file)
    connection = http.client.HTTPSConnection(str(proxy.hostname), proxy.port, context=trust, timeout=60)
    connection.set_tunnel(HOST, 443)
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": TEXT.format(number)}]})
    connection.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise ConnectionError(f"answered {answer.status}: {answer.read().decode()}")
    answer.read()
    connection.close()


def _mib(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    runs = [asdict(measure()) for _ in range(args.runs)]
    medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    if args.json:
        print(json.dumps(medians))
    else:
        print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, {args.runs} runs")
        for name, value in medians.items():
            worst = max(run[name] for run in runs)
            print(f"  {name:<16} {value:8.2f}   worst {worst:8.2f}   promised {TARGETS.get(name, ''):>6}")
    return 0 if all(medians[name] <= limit for name, limit in TARGETS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
