"""Lone words that are names and something else besides: when they mean a person. Sans-IO.

"Rose" blooms, "Jordan" is a country, "Cassandra" a database, "Kirchhoff" a law. A model is nearly as sure of them as of
"Mr Rose", so these words need a reason: what stands around them, or another person beside them.
"""

import re
from collections.abc import Sequence

from maskwire.detect.names_echo import COMMON, PARTICLES
from maskwire.spans import Span

_PLACES = """
alexandria atlanta austin avignon berlin boston bristol brittany brooklyn cairo carolina catania chad charlotte
chelsea chester cheyenne china cordoba dakota dallas denver devon dublin eden elba florence florida galena geneva
genoa georgia grenada guadalupe hamilton holland houston india indiana ireland israel jackson jordan kent kenya
kingston lancaster leon lincoln london lourdes lucca madison mali marina mercedes milan montana napa nevada odessa
orlando paris perth phoenix raleigh reno roma rome salem samara santiago savannah siena sienna skye sofia sydney
syria tiel trinidad troy tulsa valencia venezia venice verona victoria vienna virginia washington york
"""

_PRODUCTS = """
achilles ada alexa apollo argo ari armani athena aurora bamboo bard bentley bitwarden bixby bosch cadillac canon
cassandra celery celeste chanel chef chevrolet chrysler citroën concourse cortana crystal cypress davidson dell
delphi dior django einstein elixir elm ferrari flink ford fortran ghost gradio gucci harley haskell helm hercules
hermes hermès honda hudson hugo iris jasper java jekyll jenkins julia juno kafka kanban kawasaki kibana kiwi lambda
leica levi llama loki lua lucene luna lynx mahout mandrake maven maya mazda mercury midas mimir mistral nikon nissan
nokia nomad nova odin odysseus opal pascal pearl perl peugeot philips phoenix piper porsche prada prometheus puppet
python renault rex ruby sage salt scala scrum siemens solr spark sphinx suzuki swift tempo tesla thanos thor titan
toyota travis vagrant vault vera versace vulcan watson whisper yamaha yoda zara zeus zig škoda
"""

_EPONYMS = """
abel alzheimer amdahl ampere apgar archimedes asperger avogadro babbage backus bayes bernoulli bessel bezier bézier
bloom bohr boltzmann bonferroni boole borel boyer braille cantor carnot cauchy celsius chebyshev cholesky
chomsky coriolis coulomb crohn curie curry darwin delaunay descartes dijkstra dirac dirichlet doppler
eiffel erlang euclid euler fahrenheit faraday fermat feynman fibonacci fourier freud galileo galois gantt
gauss geiger gini gödel grassmann hadamard hamming harvard hashimoto hausdorff heimlich heisenberg hermite hertz hess
hilbert hodgkin hooke huffman jacobi jung kalman kelvin kepler kirchhoff kleene knuth kolmogorov kruskal
lagrange laplace lebesgue legendre levenberg levenshtein lorentz lorenz luhn lyapunov mach mahalanobis mandelbrot markov
marquardt marx maslow maxwell mendel mercator merkle mersenne minkowski mohs nash navier naur neumann newton
nobel noether nyquist occam ohm pareto parkinson pasteur pavlov penrose petri planck plato poisson ptolemy
pulitzer pythagoras quine raphson reynolds richter riemann ritchter rorschach rubik runge rutherford schrodinger
schrödinger schwarz sobel sobol spearman stokes student tourette tukey turing venn vernam
voronoi watt weierstrass whitney wiener wilcoxon zipf
"""

PLACES = frozenset(_PLACES.split())
THINGS = frozenset(_PRODUCTS.split()) | frozenset(_EPONYMS.split())
THINGS |= {
    "monte carlo",
    "calvin klein",
    "hugo boss",
    "ralph lauren",
    "louis vuitton",
    "jack daniels",
    "jack daniel",
    "jim beam",
    "monty hall",
}
"""Products and programs with people's names, and people whose names stand for what they found."""

SURE = 0.83
"""The score from which an ordinary word is taken for a name without a reason."""

WINDOW = 32
"""Characters before and after a word that may give a reason."""

_PERSON_BEFORE = re.compile(
    r"(?i)(?:\b(?:mr|mrs|ms|miss|mx|dr|prof|sir|lady|lord|herrn?|frau|madame|mme|mlle|monsieur|m|sra?|srta|señora?|don|doña|"
    r"sig|sig\.ra|signora?|dott|pan|pani|panie|mevrouw|meneer|captain|president|senator|judge|officer|uncle|aunt|"
    r"nurse|coach|professor|doctor|sister|brother|father|mother|colleague|boss|friend|wife|husband|son|daughter|"
    r"neighbou?r|manager|roommate|tenant|patient|client|boyfriend|girlfriend|kolleg(?:e|in)|chef(?:in)?)\.? "
    r"|\b(?:ask|asked|tell|told|remind|meet|met|ping|thanked|cc|invite|invited|marry|married|"
    r"said|replied|i'm|i am|this is|named|called|call me|name is|signed by|signed,?|it's me,?)[ ]"
    r"|\b(?:forward|send|sent|write|wrote|reply|speak|spoke|talk|talked|listen|email|give|gave|show|say|said|belong)\w*"
    r"(?: \w+)? to "
    r"|(?:^|[\s\"'“>:,.!?(])(?:hi|hey|hello|dear|hallo|liebe[rs]?|beste|hoi|bonjour|salut|chère?|hola|ciao|car[oa]|olá|oi|"
    r"cześć|thanks|thank you|thx|cheers|regards|wishes|love|yours|grüße|gruß|saludos|cordialement|danke|merci|gracias|"
    r"grazie|obrigad[oa]|tack|bye),?(?: again,?)?\s{1,2}"
    r"|(?:name|author|owner|assignee|contact|patient|sender|manager|employee|customer|client|from|to|cc|by|attendees?|"
    r"attn)[\"'`*]{0,3} ?[:=|] ?[\"'`]?)$"
)
"""What stands before somebody's name: a title, a greeting, somebody's mother, a word of speech, a label."""

_WORD_BEFORE = re.compile(r"(?i)\b(?:to|from|by|with|for|and|is|was|me|did|between|of|both|because|since) $")
"""What may stand before a name as well as before an ordinary word that is written with a capital by chance."""

_PERSON_AFTER = re.compile(
    r"(?i)(?:['’]s (?:wife|husband|mother|father|son|daughter|boss|email|e-mail|phone|number|account|address|birthday|"
    r"office|desk|team|car|house)\b| (?:said|says|wrote|writes|asked|asks|told|tells|thinks|thought|replied|mentioned|"
    r"agreed|joined|joins|lives|called|calls|wants|wanted|knows|likes|loves|hates|left|signed|emailed|and I|from "
    r"(?:HR|IT|sales|accounting|legal|finance|support|marketing))\b)"
)
"""What only people do or have."""

_JOINED = re.compile(r"^(?:,| and| &|, and| or| und| et| y| e| en| i| и| та)? $", re.IGNORECASE)
"""What stands between the names of a list."""

_SPEAKER = re.compile(r"(?:^|\n)[^\n]{0,12}$")


def meant(text: str, people: Sequence[Span]) -> list[Span]:
    """Return those of ``people`` (sorted) that mean somebody: a lone word with another meaning needs a reason."""
    doubtful = [_meaning(text[span.start : span.end]) for span in people]
    kept = []
    for at, (span, kind) in enumerate(zip(people, doubtful, strict=True)):
        beside = [
            other
            for other in (at - 1, at + 1)
            if 0 <= other < len(people) and _JOINED.match(_between(text, people[other], span))
        ]
        known = kind is None or any(doubtful[other] is None for other in beside)
        likely = kind is COMMON and not beside and _likely(text, span)
        if known or likely or _reason(text, span):
            kept.append(span)
    return kept


def _meaning(word: str) -> frozenset[str] | None:
    """Return the words among which ``word`` has another meaning, or None when it is a name and nothing else."""
    parts = word.lower().replace("–", "-").split("-")
    first, _, rest = word.partition(" ")
    if rest.islower() and first[:1].isupper() and first.lower() not in PARTICLES:
        parts = [first.lower()]  # "Rusty nails": only the first is written as a name
    return next((words for words in (PLACES, THINGS, COMMON) if all(part in words for part in parts)), None)


def _between(text: str, one: Span, other: Span) -> str:
    first, second = sorted((one, other))
    return text[first.end : second.start]


def _reason(text: str, span: Span) -> bool:
    before = text[max(0, span.start - WINDOW) : span.start]
    after = text[span.end : span.end + WINDOW]
    if _PERSON_BEFORE.search(before) or _PERSON_AFTER.match(after):
        return True
    if before.endswith(", ") and after[:1] in ("!", "?"):
        return True  # somebody is spoken to
    return after.startswith(": ") and _SPEAKER.search(before) is not None


def _likely(text: str, span: Span) -> bool:
    """Tell whether an ordinary word is a name by the model's word and its place."""
    return span.score >= SURE or _WORD_BEFORE.search(text[max(0, span.start - WINDOW) : span.start]) is not None
