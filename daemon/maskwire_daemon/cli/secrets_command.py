"""Learn the secrets of this machine, so that they are masked wherever and however they are written.

Reads .env files, the credentials of AWS, Google Cloud, Docker, npm, PyPI, Kubernetes and netrc, private keys, and any
file of KEY=value, JSON or YAML. Only keyed fingerprints are kept, in the vault's database: names and counts can be
listed, values cannot be read back. A learned secret is found as it is, in base64, in hex, and URL- or JSON-escaped.
What is too short or too common to be told from a word, such as `true` or `localhost`, is not learned.

Examples:
  maskwire secrets learn .env ~/.aws/credentials ~/.ssh
  maskwire secrets learn .                  every credential file below this folder
  maskwire secrets list --json
  maskwire secrets forget DB_PASSWORD       by name, or by the file it came from
  maskwire secrets forget --all
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path

from maskwire_client.models import NewSecret
from maskwire_daemon.cli.engine import vault_engine
from maskwire_daemon.cli.terminal import Exit, say, say_json, say_table, warn

MAX_FILE = 1024 * 1024
"""Bytes of a credential file; more is something else."""

AT_ONCE = 1000
"""Secrets that are sent to the daemon together."""

CREDENTIAL_FILE = re.compile(
    r"\.env(\..*)?|.*\.env|\.?credentials(\..*)?|[._]netrc|\.npmrc|\.pypirc|\.pgpass|\.git-credentials|id_\w+"
    r"|.*\.(pem|key|tfvars)|application_default_credentials\.json|kubeconfig|secrets?\.(ya?ml|json|toml|env|ini)"
)
"""Names that are read below a folder; a file that is given by name is always read."""

IN_FOLDER = {".docker": "config.json", ".kube": "config", ".aws": "config"}
"""Files whose name tells nothing without that of their folder."""

SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "site-packages"})
"""Folders that are not entered."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    actions = parser.add_subparsers(metavar="learn|list|forget", required=True)
    learning = actions.add_parser("learn", help="keep fingerprints of the secrets in files")
    learning.set_defaults(action=_learn)
    learning.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of credential files")
    learning.add_argument("--json", action="store_true", help="one line of JSON")
    listing = actions.add_parser("list", help="show what was learned: names and files, never values")
    listing.set_defaults(action=_list)
    listing.add_argument("--json", action="store_true", help="one line of JSON")
    forgetting = actions.add_parser("forget", help="forget secrets")
    forgetting.set_defaults(action=_forget)
    forgetting.add_argument("names", nargs="*", metavar="NAME", help="what list shows as name or file")
    forgetting.add_argument("--all", action="store_true", help="forget all of them")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    done: int = args.action(args)
    return done


def _learn(args: argparse.Namespace) -> int:
    from maskwire_daemon.detection.secretfiles import read_secrets

    found: list[NewSecret] = []
    files = weak = unread = 0
    for path in _files(args.paths):
        if (text := _text(path)) is None:
            unread += 1
            continue
        reading = read_secrets(text)
        files += 1
        weak += reading.weak
        source = str(path.absolute())
        found += [NewSecret(secret.name, source, secret.value) for secret in reading.secrets]
    fresh = 0
    if found:
        with vault_engine() as engine:
            fresh = sum(engine.learn(batch) for batch in batched(found, AT_ONCE))
    if args.json:
        names = [{"name": secret.name, "source": secret.source} for secret in found]
        say_json({"files": files, "unread": unread, "secrets": names, "new": fresh, "weak": weak})
    else:
        _tell(found)
        say(f"{_number(len(found), 'secret')} in {_number(files, 'file')}, {fresh} of them new.")
        if weak:
            say(f"{_number(weak, 'value')} not learned: too short or too common to be told from a word.")
    return Exit.FAILED if unread and not files else Exit.DONE


def _tell(found: Sequence[NewSecret]) -> None:
    if found:
        say_table(("NAME", "FILE"), dict.fromkeys((secret.name, secret.source) for secret in found))


def _list(args: argparse.Namespace) -> int:
    with vault_engine() as engine:
        known = engine.secrets()
    if args.json:
        say_json({"secrets": [asdict(secret) for secret in known]})
    elif known:
        rows = [(s.name, s.source, f"{datetime.fromtimestamp(s.learned, UTC).astimezone():%Y-%m-%d}") for s in known]
        say_table(("NAME", "FILE", "LEARNED"), rows)
    else:
        say("No secret was learned: `maskwire secrets learn PATH…`")
    return Exit.DONE


def _forget(args: argparse.Namespace) -> int:
    if bool(args.names) is args.all:
        warn("name what is to be forgotten, or pass --all")
        return Exit.MISUSE
    with vault_engine() as engine:
        forgotten = engine.forget(args.names)
    if not forgotten and args.names:
        warn("nothing of that name was learned: `maskwire secrets list` shows what was")
        return Exit.FAILED
    say(f"Forgot {_number(forgotten, 'secret')}.")
    return Exit.DONE


def _files(given: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that are given by name, and the credential files below folders."""
    for path in given:
        if not path.is_dir():
            yield path
            continue
        for folder, inner, names in path.walk():
            inner[:] = sorted(set(inner) - SKIPPED)
            for name in sorted(names):
                known = CREDENTIAL_FILE.fullmatch(name) or IN_FOLDER.get(folder.absolute().name) == name
                if known and not name.endswith(".pub"):
                    yield folder / name


def _text(path: Path) -> str | None:
    """Return a file's text; one that cannot be read is named and left out."""
    try:
        if path.stat().st_size > MAX_FILE:
            warn(f"{path} is larger than {MAX_FILE // 2**20} MB and was not read")
            return None
        return path.read_text(encoding="utf-8-sig")
    except OSError as e:
        warn(f"{path} cannot be read: {e.strerror}")
    except UnicodeDecodeError:
        warn(f"{path} is not text and was not read")
    return None


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
