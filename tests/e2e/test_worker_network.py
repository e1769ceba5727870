"""Nothing that finds names reaches out: not our model, not a stock one, not Presidio's e-mail recognizer."""

import subprocess
import sys
from pathlib import Path

import pytest

RECOGNIZERS = """
recognizers:
  - name: "Ticket numbers"
    supported_language: "en"
    supported_entity: "TICKET"
    patterns:
      - {name: "ticket", regex: "TCK-[0-9]{6}", score: 0.9}
"""

SCRIPT = """
import sys
def forbid(event, arguments):
    if event.startswith("socket."):
        raise PermissionError(event)
sys.addaudithook(forbid)
from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NameSettings, load_names
names = load_names(NameSettings(engine=sys.argv[1], recognizers=tuple(sys.argv[2:])))
text = "Anna Kowalska wrote from anna@example-mail.com about TCK-123456."
print(sorted((s.entity, text[s.start:s.end]) for s in names.find([Fragment(text)])[0] if s.score > 0.5))
"""


@pytest.mark.parametrize("engine", ["own", "spacy"])
def test_no_socket_is_opened(engine: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(RECOGNIZERS)
    email = "presidio_analyzer.predefined_recognizers:EmailRecognizer"
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, engine, str(file), email],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr[-800:]
    assert "('EMAIL_ADDRESS', 'anna@example-mail.com')" in ran.stdout
    assert "('PERSON', 'Anna Kowalska')" in ran.stdout
    assert "('TICKET', 'TCK-123456')" in ran.stdout
