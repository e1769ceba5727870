from maskwire_daemon.config.changes import changed
from maskwire_daemon.config.settings import Config


def of(**tables: object) -> Config:
    return Config.model_validate(tables)


def test_nothing_differs_from_itself() -> None:
    assert changed(of(), of()) == []


def test_each_setting_that_differs_is_named() -> None:
    before = of(hosts={"api.openai.com": {"mode": "observe"}}, journal={"retention_days": 3.0})
    after = of(hosts={"api.openai.com": {"mode": "protect"}}, journal={"max_mb": 5.0})

    assert changed(before, after) == ["journal.retention_days", "journal.max_mb", "hosts.api.openai.com.mode"]


def test_a_table_that_comes_or_goes_is_named_as_a_whole() -> None:
    with_entity = of(entities={"PERSON": {"action": "allow"}})

    assert changed(of(), with_entity) == ["entities.PERSON"]
    assert changed(with_entity, of()) == ["entities.PERSON"]


def test_words_are_not_repeated() -> None:
    assert changed(of(), of(words={"terms": ["Project Heron"]})) == ["words.terms"]
