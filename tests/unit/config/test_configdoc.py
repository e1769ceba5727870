"""The documentation of settings is complete, true and in step with the file in ``docs``."""

import re
from pathlib import Path

from maskwire_daemon.config.explain import commented, markdown, tables
from maskwire_daemon.config.file import Origin, parse
from maskwire_daemon.config.settings import Config

DOCS = Path(__file__).parents[3] / "docs" / "configuration.md"
ORIGIN = Origin(Path("config.toml"), ("api.openai.com",))


def test_every_setting_is_explained() -> None:
    settings = [s for table in tables() for s in table.settings]

    assert all(len(s.text) > 20 for s in settings), [s.key for s in settings]
    assert {"key_provider", "connect_to", "mode", "action", "ttl_days"} <= {s.key for s in settings}


def test_the_page_in_docs_is_what_the_fields_say() -> None:
    assert markdown() == DOCS.read_text(encoding="utf-8"), "write it anew: maskwire config explain --markdown"


def test_the_commented_file_states_the_defaults() -> None:
    stated = re.sub(r"^#(?=[\[\w])", "", commented(), flags=re.MULTILINE)
    stated = re.sub(r'^\w+ = ""\n', "", stated, flags=re.MULTILINE)
    found = parse(stated, ORIGIN)

    assert Config() == found.model_copy(update={"entities": {}, "hosts": {}, "programs": {}})
