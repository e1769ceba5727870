"""spaCy and Presidio, without the parts that nobody here uses: the one module of the core that imports them.

Both packages import more than they need for finding names, and that is most of what a start costs. While they are
imported, stand-ins take the place of some of their parts (measured: 280 of 750 ms of processor time):

- ``spacy.cli``, the commands, with an HTTP client, a terminal library and a package installer behind them;
- the progress bars of training, YAML for configurations, and the first version of pydantic;
- Presidio's checks of its own configuration files;
- Presidio's predefined recognizers, which compile their patterns when they are imported. Only the one that reads
  spaCy's entities is loaded, with the two beside it that Presidio's registry names.

Afterwards the stand-ins are gone: whoever imports those parts gets the real ones, as recognizers of the person may, and
what took a name from a stand-in gets the real thing when it first uses it.
Source: https://docs.python.org/3/reference/import.html#the-module-cache
"""

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from maskwire.unread import standing, unread

__all__ = [
    "AnalyzerEngine",
    "Doc",
    "EntityRecognizer",
    "Language",
    "NerModelConfiguration",
    "NlpArtifacts",
    "RecognizerRegistry",
    "RecognizerResult",
    "SpacyNlpEngine",
    "SpacyRecognizer",
    "Span",
    "Vocab",
    "prepare_recognizers",
    "registry",
    "spacy",
]

_COMMANDS = "spacy.cli"
_PRESIDIO = "presidio_analyzer"
_RECOGNIZERS = f"{_PRESIDIO}.predefined_recognizers"
_CHECKS = f"{_PRESIDIO}.input_validation"
_USED_RECOGNIZERS = "nlp_engine_recognizers"
"""The package inside ``_RECOGNIZERS`` that holds all that Presidio itself asks for."""


class _Stand(ModuleType):
    """A package of which single modules can be imported, and whose names come from ``used`` of its modules."""

    def __init__(self, name: str, used: str) -> None:
        super().__init__(name)
        parent, _, last = name.rpartition(".")
        spec = find_spec(parent)
        places = spec.submodule_search_locations if spec is not None else None
        self.__path__ = [os.path.join(place, last) for place in places or ()]  # noqa: PTH118
        self._used = used

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(import_module(f"{self.__name__}.{self._used}"), name)


def _unused() -> dict[str, ModuleType | None]:
    """Return what stands for parts of spaCy and of what it imports; None where it does without, as on new Pythons."""
    commands, info = ModuleType(_COMMANDS), ModuleType(f"{_COMMANDS}.info")
    vars(info)["info"] = None  # what spaCy's first page imports of them
    ours = {module.__name__: module for module in (commands, info)}
    return {**ours, **unread("tqdm", "srsly._yaml_api"), "pydantic.v1": None}


def _load_presidio() -> None:
    """Import Presidio with a stand-in, or, should another version of it want more of its recognizers, as a whole."""
    try:
        with standing({_RECOGNIZERS: _Stand(_RECOGNIZERS, _USED_RECOGNIZERS), **unread(_CHECKS)}):
            import_module(_PRESIDIO)
    except ImportError:
        for name in [name for name in sys.modules if name.partition(".")[0] == _PRESIDIO]:
            del sys.modules[name]
        import_module(_PRESIDIO)


with standing(_unused()):
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc, Span
    from spacy.util import registry
    from spacy.vocab import Vocab

if vars(spacy).get("info", spacy) is None:
    del vars(spacy)["info"]

_load_presidio()

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult  # noqa: E402
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, SpacyNlpEngine  # noqa: E402
from presidio_analyzer.predefined_recognizers.nlp_engine_recognizers import SpacyRecognizer  # noqa: E402


def prepare_recognizers() -> None:
    """Load Presidio's own recognizers, which those of a person may name or extend, and keep them off the network.

    One of them fetches the list of public suffixes unless it is told to use the list that it ships with.
    Source: https://github.com/john-kurkowski/tldextract#note-about-caching
    """
    import_module(_RECOGNIZERS)
    tldextract: Any = import_module("tldextract.tldextract")
    tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
