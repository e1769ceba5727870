"""What is left out of spaCy and Presidio when they are loaded, and that nothing else is missing afterwards."""

import subprocess
import sys

UNUSED = {
    "spacy.cli",
    "pydantic.v1",
    "srsly.ruamel_yaml",
    "tqdm",
    "presidio_analyzer.input_validation",
    "typer",
    "weasel",
    "httpx",
    "requests",
    "tldextract",
    "presidio_analyzer.predefined_recognizers",
    "presidio_analyzer.predefined_recognizers.generic.url_recognizer",
}


def ran(code: str) -> str:
    """Return what ``code`` prints in a fresh interpreter."""
    show = "from maskwire.detect.fragment import Fragment\nfrom maskwire.detect.names import NameSettings, load_names\n"
    done = subprocess.run([sys.executable, "-c", show + code], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


def test_finding_names_loads_nothing_that_it_does_not_use() -> None:
    printed = ran("import sys\nload_names().find([Fragment('Anna Kowalska called.')])\nprint(*sys.modules)")

    assert set(printed.split()) & UNUSED == set()
    assert {"spacy", "presidio_analyzer"} <= set(printed.split())


def test_the_names_are_those_that_the_whole_libraries_find() -> None:
    find = """
text = "Beatrice Holloway wrote to Jürgen Müller in Paris; 王小明 and o'neil answered Acme Corp."
print(load_names().find([Fragment(text)]), load_names(NameSettings(engine="spacy")).find([Fragment(text)]))
"""

    assert ran(find) == ran("import spacy.cli, presidio_analyzer.predefined_recognizers" + find)


def test_what_was_left_out_can_be_imported_afterwards() -> None:
    printed = ran(
        "load_names()\n"
        "import spacy.cli, presidio_analyzer.predefined_recognizers as recognizers\n"
        "from maskwire.detect.names_libraries import SpacyRecognizer\n"
        "print(callable(spacy.cli.download), callable(spacy.cli.info), hasattr(recognizers, 'UrlRecognizer'))\n"
        "print(recognizers.SpacyRecognizer is SpacyRecognizer)"
    )

    assert printed.split() == ["True"] * 4


def test_what_took_a_name_from_a_stand_in_can_use_it() -> None:
    printed = ran(
        "load_names()\n"
        "import srsly, pydantic.v1\n"
        "from spacy.training import loggers\n"
        "from presidio_analyzer.nlp_engine import NlpEngineProvider\n"
        "model = {'lang_code': 'en', 'model_name': 'en_core_web_sm'}\n"
        "provider = NlpEngineProvider(nlp_configuration={'nlp_engine_name': 'spacy', 'models': [model]})\n"
        "print(len(provider.nlp_configuration), srsly.yaml_dumps({'a': 1}).strip(), list(loggers.tqdm.tqdm([1])))\n"
        "try:\n    NlpEngineProvider(nlp_configuration={'models': 3})\nexcept ValueError:\n    print('refused')"
    )

    assert printed == "2 a: 1 [1]\nrefused\n"


def test_another_presidio_that_wants_more_of_itself_is_loaded_whole() -> None:
    printed = ran(
        "import maskwire.detect, sys, importlib.util\n"
        "from importlib.abc import MetaPathFinder\n"
        "class Refusing(MetaPathFinder):\n"
        "    left = 1\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'presidio_analyzer.analyzer_engine' and self.left:\n"
        "            self.left -= 1\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refusing())\n"
        "found = load_names().find([Fragment('Anna Kowalska called.')])\n"
        "print(len(found[0]), 'presidio_analyzer.predefined_recognizers' in sys.modules)"
    )

    assert printed.split() == ["1", "True"]
