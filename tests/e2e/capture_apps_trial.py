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


def ask(daemon: Daemon, *, captured: bool) -> "subprocess.CompletedProcess[str]":
    """Let curl wait in a process whose id is known, have that redirected if asked, then let it go on."""
    status = daemon.client.status()
    curl = (
        "curl", "-s", "--max-time", "20", "--noproxy", "*", "--cacert", status.ca_file,
        "--connect-to", f"api.openai.com:443:{NOWHERE}:443", "-H", "content-type: application/json",
        "-d", BODY, "https://api.openai.com/v1/chat/completions",
    )  # fmt: skip
    waiting = ["sh", "-c", 'read -r go && exec "$@"', "sh", *curl]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(waiting, text=True, env=daemon.home.environment, **pipes) as process:  # type: ignore[call-overload]
        if captured:
            said = daemon.home.run("capture", "app", str(process.pid))
            assert said.returncode == 0, said.stderr
        out, err = process.communicate("go\n", timeout=60)
        return subprocess.CompletedProcess(waiting, process.returncode, out, err)


def main() -> None:
    """Run it once redirected and once not."""
    folder = Path(tempfile.mkdtemp())
    with running(StandIn()) as stand_in:
        home = Home.at(folder)
        toml = toml_of({"api.openai.com": stand_in}, folder / "stand-in.pem")
        home.config.write_text(toml.replace('"api.openai.com:443"', f'"{NOWHERE}:443"'))
        with running_daemon(home) as daemon:
            redirected = ask(daemon, captured=True)
            mode = next(m for m in daemon.client.verify_capture() if m.mode == "apps")
            heard = stand_in.heard()
            direct = ask(daemon, captured=False)
    answer = json.loads(redirected.stdout)["choices"][0]["message"]["content"] if redirected.stdout else ""
    seen = {
        "restored": answer == PROMPT,
        "heard": bool(heard),
        "leaked": leaks(ALL, heard),
        "problem_after_its_end": mode.problem,
        "direct": direct.returncode,
    }
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main()
