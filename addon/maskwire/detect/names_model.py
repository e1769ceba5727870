"""Our own model of names as a spaCy pipeline: a tokenizer and a component that sets ``Doc.ents``.

The pipeline lies in ``maskwire/detect/model`` as ``training/package.py`` wrote it; ``docs/model-card.md`` says what it
was trained on. Importing this module tells spaCy what that pipeline is made of.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files
from itertools import batched
from pathlib import Path
from typing import Any, cast

from maskwire.detect.names_libraries import Doc, Language, Span, Vocab, registry, spacy
from maskwire.detect.ner.decode import Name
from maskwire.detect.ner.model import NameReader
from maskwire.detect.ner.tokens import Tokens, tokenize

TOKENIZER = "maskwire.names_tokenizer.v1"
COMPONENT = "maskwire_names"
WEIGHTS = "names.npz"
TOKENS = "maskwire.tokens"
"""Where a ``Doc`` carries the tokens as our network reads them."""

SCORES = "maskwire.scores"
"""Where a ``Doc`` carries the score of each of its entities."""


def model_folder() -> Path:
    """Return where the pipeline lies that ships with the package."""
    return Path(str(files("maskwire.detect") / "model"))


def load_model(folder: Path | None = None) -> Language:
    """Return the pipeline in ``folder``, or the one that ships.

    Raises:
        OSError, KeyError, ValueError: files are missing or damaged.
    """
    return spacy.load(folder or model_folder(), exclude=["vocab"])


class NamesTokenizer:
    """Turns a text into a ``Doc`` whose tokens, joined, are the text again."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Return ``text`` as a ``Doc`` that carries our tokens."""
        return self.document(text, tokenize(text))

    def document(self, text: str, tokens: Tokens) -> Doc:
        """Return ``text`` as a ``Doc`` that carries ``tokens``, which are its own."""
        words: list[str] = []
        spaces: list[bool] = []
        at = 0
        followers = [*tokens.starts[1:], len(text)]
        for start, end, following in zip(tokens.starts, tokens.ends, followers, strict=False):
            if start > at:
                words.append(text[at:start])
                spaces.append(False)
            follows = following > end and text[end] == " "  # a line break takes the spaces before it
            words.append(text[start:end])
            spaces.append(follows)
            at = end + follows
        if at < len(text):
            words.append(text[at:])
            spaces.append(False)
        return Doc(self._vocab, words, spaces, user_data={TOKENS: tokens})

    def to_disk(self, _: Path, **__: object) -> None:
        """Write nothing: there are no settings."""

    def from_disk(self, _: Path, **__: object) -> "NamesTokenizer":
        """Read nothing: there are no settings."""
        return self


@registry.tokenizers(TOKENIZER)  # type: ignore[untyped-decorator]  # catalogue has no types
def _make_tokenizer() -> Callable[[Language], NamesTokenizer]:
    return lambda nlp: NamesTokenizer(nlp.vocab)


class NamesComponent:
    """Sets the entities of a ``Doc``, and their scores in ``Doc.user_data``."""

    def __init__(self) -> None:
        self._reader: NameReader | None = None
        self._file: Path | None = None

    @property
    def reader(self) -> NameReader:
        """What reads the names."""
        assert self._reader is not None  # a pipeline is loaded before it is used
        return self._reader

    def __call__(self, doc: Doc) -> Doc:
        """Return ``doc`` with its names."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Yield the same documents with their names."""
        for docs in batched(stream, batch_size):
            texts = [cast("Tokens", doc.user_data[TOKENS]) for doc in docs]
            for doc, names in zip(docs, self.reader.read(texts), strict=True):
                yield named(doc, names)

    def to_disk(self, path: Path, **_: object) -> None:
        """Write the weights into the folder ``path``."""
        assert self._file is not None  # only what was loaded can be written
        path.mkdir(parents=True, exist_ok=True)
        (path / WEIGHTS).write_bytes(self._file.read_bytes())

    def from_disk(self, path: Path, **_: object) -> "NamesComponent":
        """Read the weights from the folder ``path``."""
        self.read_weights(path / WEIGHTS)
        return self

    def read_weights(self, file: Path) -> None:
        """Use the weights in ``file``, as ``training/train.py`` writes them."""
        self._file = file
        self._reader = NameReader(file)


def named(doc: Doc, names: Sequence[Name]) -> Doc:
    """Return ``doc`` with ``names`` as its entities, and their scores."""
    tokens = cast("Tokens", doc.user_data[TOKENS])
    spans = [doc.char_span(tokens.starts[name.first], tokens.ends[name.last], label=name.entity) for name in names]
    doc.ents = cast("list[Span]", spans)
    doc.user_data[SCORES] = [name.score for name in names]
    return doc


def documents(nlp: Language, texts: Sequence[str]) -> list[Doc | None]:
    """Return what our pipeline makes of each of ``texts``, or None where it would find nothing.

    Most texts hold no names, and making documents of them costs more than reading them.
    """
    component, tokenizer = nlp.get_pipe(COMPONENT), nlp.tokenizer
    assert isinstance(component, NamesComponent)  # as ``load_model`` returned it
    assert isinstance(tokenizer, NamesTokenizer)
    reader = component.reader
    found: list[Doc | None] = [None] * len(texts)
    read = [(i, tokenize(texts[i])) for i, worth in enumerate(reader.worth_reading(texts)) if worth]
    for (i, tokens), names in zip(read, reader.read([tokens for _, tokens in read]), strict=True):
        if names:
            found[i] = named(tokenizer.document(texts[i], tokens), names)
    return found


@Language.factory(COMPONENT)
def _make_component(nlp: Language, name: str) -> NamesComponent:
    del nlp, name
    return NamesComponent()


def new_pipeline() -> tuple[Language, Any]:
    """Return an empty pipeline of our two parts, and its component, for ``training/package.py``."""
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    return nlp, nlp.add_pipe(COMPONENT)
