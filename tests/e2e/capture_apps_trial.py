"""Redirects one real program by its process id, and prints what each side saw. Runs as root in a namespace of its own.

The program goes to an address that no machine has, without proxy or trust variables of ours but the authority's file.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.lab import Daemon, Home, running_daemon, toml_of
from tests.e2e.planted import ALL, PROMPT

NOWHERE = "192.0.2.10"
"""Where the program believes the provider to be."""

BODY = json.dumps({"model": "gpt-5.5", "messages": [{"role": "user", "content": PROMPT}]})


NODE = """
const [address, body] = process.argv.slice(1);
const headers = {host: 'api.openai.com', 'content-type': 'application/json'};
const options = {host: address, servername: 'api.openai.com', path: '/v1/chat/completions', method: 'POST', headers};
const request = require('https').request(options, answer => answer.pipe(process.stdout));
request.setTimeout(20000, () => request.destroy(new Error('nobody answers')));
request.end(body);
"""
"""A program that reads no proxy variable."""


def curl(daemon: Daemon) -> list[str]:
    """Return the command of a request by curl."""
    status = daemon.client.status()
    return [
        "curl", "-s", "--max-time", "20", "--noproxy", "*", "--cacert", status.ca_file,
        "--connect-to", f"api.openai.com:443:{NOWHERE}:443", "-H", "content-type: application/json",
        "-d", BODY, "https://api.openai.com/v1/chat/completions",
    ]  # fmt: skip


def ask(daemon: Daemon, command: list[str], *, captured: bool) -> "subprocess.CompletedProcess[str]":
    """Let a program wait in a process whose id is known, have that redirected if asked, then let it go on."""
    environment = {**daemon.home.environment, "NODE_EXTRA_CA_CERTS": daemon.client.status().ca_file}
    waiting = ["sh", "-c", 'read -r go && exec "$@"', "sh", *command]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(waiting, text=True, env=environment, **pipes) as process:  # type: ignore[call-overload]
        if captured:
            said = daemon.home.run("capture", "app", str(process.pid))
            assert said.returncode == 0, said.stderr
        out, err = process.communicate("go\n", timeout=60)
        return subprocess.CompletedProcess(waiting, process.returncode, out, err)


def restored(output: str) -> bool:
    """Tell whether the answer says what was asked."""
    return bool(output) and json.loads(output)["choices"][0]["message"]["content"] == PROMPT


def main() -> None:
    """Run it once redirected and once not."""
    folder = Path(tempfile.mkdtemp())
    with running(StandIn()) as stand_in:
        home = Home.at(folder)
        toml = toml_of({"api.openai.com": stand_in}, folder / "stand-in.pem")
        home.config.write_text(toml.replace('"api.openai.com:443"', f'"{NOWHERE}:443"'))
        with running_daemon(home) as daemon:
            answers = [
                ask(daemon, command, captured=True) for command in (curl(daemon), ["node", "-e", NODE, NOWHERE, BODY])
            ]
            mode = next(m for m in daemon.client.verify_capture() if m.mode == "apps")
            heard = stand_in.heard()
            direct = ask(daemon, curl(daemon), captured=False)
    seen = {
        "restored": [restored(a.stdout) for a in answers],
        "heard": bool(heard),
        "leaked": leaks(ALL, heard),
        "problem_after_its_end": mode.problem,
        "direct": direct.returncode,
    }
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main()
