"""A service manager that remembers what it was asked and answers as told."""

from collections.abc import Mapping, Sequence

from maskwire_daemon.platform.service_unit_managers import Ran


class RecordedCommands:
    """Answers each command by the first word of ``answers`` that it holds, else with success and nothing said."""

    def __init__(self, answers: Mapping[str, Ran] | None = None) -> None:
        self.asked: list[str] = []
        self.answers = dict(answers or {})

    def __call__(self, command: Sequence[str]) -> Ran:
        self.asked.append(" ".join(command))
        return next((ran for word, ran in self.answers.items() if word in command), Ran(0, ""))
