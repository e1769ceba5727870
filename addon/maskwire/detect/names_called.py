"""What is called after somebody who is not meant: laws, methods, illnesses, tools. Sans-IO."""

import re

from maskwire.spans import Span

REACH = 32
"""Characters before a name that may say what it names."""

_TOOL_BEFORE = re.compile(
    r"(?i)(?:\b(?:pip3?|apt(?:-get)?|brew|npm|yarn|cargo|gem|helm|choco|dnf|yum|conda) (?:install|add)|\binstall|"
    r"\bconfigure|\bdeploy|\bupgrade|\bgetting started with|\bbuilt (?:with|on)|\bpowered by|\bwritten in|"
    r"\bimplemented in|\b(?:migrate|port)(?: \w+){0,3} to) $"
)
"""What is done with tools and not with people."""

_TOOL_ALONE = re.compile(
    r" (?:cluster|plugin|library|framework|SDK|CLI|daemon|container|instance|pod|chart|operator|tutorial|documentation|"
    r"v?\d+\.\d|still maintained)\b"
)
"""What tools have and people have not."""

_TOOL_AFTER = re.compile(
    _TOOL_ALONE.pattern.replace(
        "cluster|", "cluster|logs?|server|pipeline|API|image|database|config|node|package|module|docs|release|"
    )
)
"""The same behind an article, where people's names have none."""

_EPONYM_LONG = re.compile(
    r"(?:['’]s)? (?:belt|architecture|comet|boson|radiation|telescope|burner|flask|theorem|algorithm)\b"
)
"""What is called after somebody with more than one word of a name."""

_EPONYM_WITHIN = re.compile(
    r" (?:burner|flask|effect|theorem|law|syndrome|disease|cycle|diagram|cipher|engine|shading|belt)s?$"
)
"""How a finding ends that is a thing called after somebody, whole."""

_EPONYM_BEFORE = re.compile(
    r"(?i)\b(?:théorème|loi|méthode|effet|principe|constante|syndrome|ley|teorema|efecto|método|síndrome|principio|legge|"
    r"effetto|metodo|morbo|satz|gesetz|effekt|prinzip|stelling|twierdzenie|prawo|efekt|zasada|закон|теорема|эффект|принцип|"
    r"ефект|lei|efeito|princípio)(?: (?:de|des|du|di|del|della|do|da|von|van|of|d['’]))? ?$"
)
"""What is called after somebody, where the name comes last."""

_EPONYM_EAST = re.compile(
    r"(?:の|·)?(?:定理|法則|法则|方程式|方程|効果|效应|分布|係数|系数|定律|公式|曲線|曲线|数列|変換|变换|関数|函数|病|症候群|综合征)"
)
"""What is called after somebody, in Chinese and Japanese."""

_EPONYM = re.compile(
    r"(?:['’]s?)?[ -](?:theorems?|algorithms?|distributions?|series|coefficients?|transforms?|equations?|syndrome|"
    r"maneuver|manoeuvre|disease|lemma|inequality|polynomials?|integral|conjecture|matrix|coding|code|filter|process|"
    r"effect|constants?|laws?|principle|rule|razor|paradox|equilibrium|equilibria|scale|index|distance|curve|diagram|"
    r"charts?|counter|score|clock|functions?|iterations?|sums?|decomposition|machines?|test|cycle|gate|number|notation|"
    r"lymphoma|palsy|methods?|theory|hypothesis|criterion|wheel|cocktail|wrench|screwdriver|algebra|estimator|"
    r"shading|decimal|belt|cloud|kappa|burner|flask|dish|diode|triangle|tiling|boson|radiation|pendulum|cipher|engine|"
    r"tube|coil|orbit|salad|regression|entropy|noise|crater|nebula|telescope|comet|cage|manifold|norm|modulus|trials?)\b"
)
"""What is called after somebody who is not meant."""


def names_thing(text: str, span: Span) -> bool:
    """Tell whether a law, a method, a tool or the like bears the name at ``span``."""
    value = text[span.start : span.end]
    if _EPONYM_EAST.match(text, span.end) or _EPONYM_LONG.match(text, span.end) or _EPONYM_WITHIN.search(value):
        return True
    if " " in value:
        return False
    before = text[max(0, span.start - REACH) : span.start]
    tool = _TOOL_AFTER if before.lower().endswith("the ") else _TOOL_ALONE
    return (
        _EPONYM.match(text, span.end) is not None
        or tool.match(text, span.end) is not None
        or _EPONYM_BEFORE.search(before) is not None
        or _TOOL_BEFORE.search(before) is not None
    )
