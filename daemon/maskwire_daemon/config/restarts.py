"""Which changes of the settings a running daemon cannot take. Sans-IO."""

from maskwire_daemon.config.settings import Config

FIXED = (
    ("key_provider",),
    ("key_file",),
    ("require_keyring",),
    ("api", "port"),
    ("upstream", "proxy"),
    ("upstream", "proxy_password_env"),
    ("upstream", "no_proxy"),
    ("vault", "store"),
    ("vault", "redis_url"),
    ("vault", "redis_ca"),
    ("vault", "ttl_days"),
    ("limits", "body_mb"),
    ("limits", "scan_timeout_s"),
    ("detection", "names"),
    ("detection", "engine"),
    ("detection", "spacy_model"),
    ("detection", "recognizers"),
    ("detection", "remote_url"),
    ("detection", "remote_timeout_s"),
)
"""Settings that are read once, at start."""


def needs_restart(started_with: Config, now: Config) -> list[str]:
    """Return the settings that differ from those at start and take effect only at the next one."""
    return [".".join(key) for key in FIXED if _at(started_with, key) != _at(now, key)]


def _at(config: Config, key: tuple[str, ...]) -> object:
    found: object = config
    for part in key:
        found = getattr(found, part)
    return found
