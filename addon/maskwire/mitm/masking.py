"""One request on its way out: parsed, searched, masked, spliced, looked over once more. Async, without mitmproxy."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from maskwire import masker
from maskwire.detect.fragment import Fragment
from maskwire.errors import BlockedError, Reason, VaultError, VaultUnreachable
from maskwire.exchange import Spot
from maskwire.guard import Guard
from maskwire.mitm.cleaning import Cleaning, addresses, clean, leaks
from maskwire.mitm.outgoing import Outgoing, Texts, read
from maskwire.mitm.sent import Left, Recalled
from maskwire.mitm.services import Services
from maskwire.policy import Action, Mode, Policy
from maskwire.spans import Span
from maskwire.vault import Token
from maskwire.wire.document import Edit, Field, Mark, edited

ASIDE_FIELDS = 200
"""Fields that are handled on the loop, in a fifth of a millisecond."""

MAX_SPOTS = 200
"""Masked places that the journal keeps of one request: more tell a reader nothing."""


@dataclass(frozen=True, slots=True)
class Masked:
    """What leaves instead, and what the journal may know of it: ``find_s`` and ``mask_s`` are seconds.

    ``sent`` is what ``Services.sent`` keeps once it has left. ``local`` tells that it must not leave at all: a finding
    goes to a model on this machine, unmasked.
    """

    outgoing: Outgoing
    model: str = ""
    entities: Mapping[str, int] = field(default_factory=dict)
    actions: Mapping[str, int] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    known_urls: frozenset[str] = field(default=frozenset(), repr=False)
    spots: tuple[Spot, ...] = ()
    find_s: float = 0.0
    mask_s: float = 0.0
    local: bool = False
    sent: tuple[Left, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """The texts of a request, what is remembered of their fields, and what was found in each."""

    texts: Texts = field(repr=False)
    recalled: Recalled
    spans: Sequence[Sequence[Span]]

    @property
    def fields(self) -> Sequence[Field]:
        """All fields, with what is remembered of each."""
        return self.recalled.fields


@dataclass(frozen=True, slots=True)
class Spliced:
    """A request with the edits of its plan, over which the guard has not looked yet."""

    outgoing: Outgoing
    found: Found
    plan: masker.Plan
    edits: Mapping[int, Sequence[Edit]] = field(repr=False)


async def mask(outgoing: Outgoing, policy: Policy, services: Services) -> Masked:
    """Return the request with every finding masked that the policy wants masked.

    Raises:
        BlockedError: the request must not leave.
    """
    if policy.host(outgoing.host).media:
        outgoing = replace(outgoing, media=True)
    form = outgoing.content_type.lower().startswith("multipart/")  # may hold documents, which take longer to read
    large = form or len(outgoing.body) > services.limits.inline_bytes
    try:
        texts, recalled = await _aside(large, _recall, outgoing, policy, services)
    except BlockedError as refused:
        if not _relaxed(policy, outgoing.host):
            raise
        await _sweep(outgoing, policy, services, refused)
        return Masked(outgoing)
    if services.expect is not None:
        await asyncio.to_thread(services.expect, [each.text for each in texts.fields])
    began = time.perf_counter()
    found = Found(texts, recalled, await _find(recalled.fields, services))
    searched = time.perf_counter()
    model = outgoing.surface.model(texts.body)
    if not any(found.spans) and not any(each.left for each in found.fields):
        sent = recalled.left([()] * len(found.fields))
        return Masked(outgoing, model=model, find_s=searched - began, sent=sent)
    masked = await asyncio.to_thread(_rewrite, outgoing, found, policy, services)
    return replace(masked, model=model, find_s=searched - began, mask_s=time.perf_counter() - searched)


def _recall(outgoing: Outgoing, policy: Policy, services: Services) -> tuple[Texts, Recalled]:
    """Return the texts and what is remembered of them.

    Raises:
        BlockedError: as ``read``.
    """
    generation = services.generation()  # before the search: what is remembered was found by no older one
    texts = read(outgoing)
    return texts, services.sent.recall(texts.fields, _receiver(outgoing, texts), policy, generation)


def _receiver(outgoing: Outgoing, texts: Texts) -> str:
    """Return who gets the request: one host may pass it on to the provider of whichever model is asked for."""
    model = outgoing.surface.model(texts.body) or outgoing.target.partition("?")[0]
    return f"{outgoing.host.lower().rstrip('.')} {model}"


async def _aside[**P, R](large: bool, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run ``call`` in a thread when its input is ``large``, since the loop must not wait for it."""
    return await asyncio.to_thread(call, *args, **kwargs) if large else call(*args, **kwargs)


def _fragments(fields: Sequence[Field]) -> list[Fragment]:
    return [Fragment(f.text, f.label) for f in fields]


async def _find(fields: Sequence[Field], services: Services) -> list[list[Span]]:
    if not fields:
        return []
    fragments = await _aside(len(fields) > ASIDE_FIELDS, _fragments, fields)
    try:
        async with asyncio.timeout(services.limits.detect_s):
            spans = await services.detector.find(fragments)
    except BlockedError:
        raise
    except TimeoutError as e:
        raise BlockedError(
            Reason.DETECTOR_TIMEOUT,
            f"detection took longer than {services.limits.detect_s:g} s; send less text at once and try again",
        ) from e
    except Exception as e:
        raise BlockedError(Reason.DETECTOR_FAILED, "detection failed; run `maskwire doctor`") from e
    if len(spans) != len(fields):
        raise BlockedError(Reason.DETECTOR_FAILED, "detection gave an incomplete answer; run `maskwire doctor`")
    return spans


def _without_passing(found: Found, policy: Policy, host: str) -> list[list[Span]]:
    """Return the findings without the values that the person lets pass to ``host``."""
    return [
        [span for span in spans if not policy.passes(field.text[span.start : span.end], host)]
        for field, spans in zip(found.fields, found.spans, strict=True)
    ]


def _rewrite(outgoing: Outgoing, found: Found, policy: Policy, services: Services) -> Masked:
    """Mask what was found. Runs in a thread: the vault makes new tokens durable before it answers."""

    def decide(entity: str, score: float) -> Action:
        return policy.action(entity, score, outgoing.host)

    def ours(token: Token) -> bool:
        return services.ours(token) and services.vault.resolve(token) is not None

    try:
        fields = found.fields
        plan = masker.plan(fields, _without_passing(found, policy, outgoing.host), decide, ours)
        entities = Counter(plan.entities)
        if policy.host(outgoing.host).mode is Mode.OBSERVE:
            entities.update(plan.allowed)
        spots = tuple(Spot(fields[s.field].path, plan.findings[s.finding].entity, s.start, s.end) for s in plan.spots)
        masked = Masked(outgoing, entities=entities, actions=plan.actions, paths=plan.paths, spots=spots[:MAX_SPOTS])
        if not plan.findings:
            return replace(masked, sent=found.recalled.left([()] * len(fields)))
        if Action.ROUTE_LOCAL in plan.actions:
            return replace(masked, local=True)
        if outgoing.signed:
            raise BlockedError(
                Reason.SIGNED_BODY,
                "the request is signed by its sender (AWS SigV4), so that nothing in it can be masked, "
                "and it holds personal data or secrets; use an API key instead of signed requests",
            )
        scope = policy.scope(outgoing.host)
        tokens = services.vault.tokenize([policy.scoped(finding, outgoing.host) for finding in plan.findings])
        edits = masker.edits(plan, tokens)
        spliced = Spliced(found.texts.splice(outgoing, edits), found, plan, edits)
        left, known, sent = _guarded(spliced, services, scope)
    except VaultUnreachable as e:
        raise BlockedError(Reason.VAULT_UNAVAILABLE, f"nothing can be masked now: {e}") from e
    except VaultError as e:
        raise BlockedError(
            Reason.VAULT_UNAVAILABLE, "the vault cannot be used now, so nothing can be masked; run `maskwire doctor`"
        ) from e
    return replace(masked, outgoing=left, known_urls=known | addresses(fields, edits), sent=sent)


def _guarded(spliced: Spliced, services: Services, scope: str) -> tuple[Outgoing, frozenset[str], tuple[Left, ...]]:
    """Return what ``clean`` makes of a request, and what there is to remember of it: nothing of what it changed.

    Raises:
        BlockedError, VaultError: as ``clean``.
    """
    guard, fields, marks = Guard(spliced.plan.findings), spliced.found.fields, spliced.plan.marks()
    left, known = spliced.outgoing, frozenset[str]()
    sent: list[Sequence[Mark] | None] = [marks.get(i, ()) for i in range(len(fields))]
    if leaks(left, guard):
        texts = [edited(each.text, spliced.edits.get(i, ())) for i, each in enumerate(fields)]
        stay = {i: texts[i] for i, each in enumerate(fields) if each.left is not None and not each.fresh}
        left, known = clean(left, guard, services, Cleaning(scope, stay, spliced.plan.firm()))
        now = [each.text for each in read(left).fields]
        if len(now) == len(texts):
            sent = [some if now[i] == texts[i] else None for i, some in enumerate(sent)]
        else:
            sent = [None] * len(sent)
    return left, known, spliced.found.recalled.left(sent)


def _relaxed(policy: Policy, host: str) -> bool:
    """Tell whether the person asked for secrets alone to be held back, so that unknown bodies may pass."""
    return policy.paused or policy.host(host).mode is Mode.OBSERVE


async def _sweep(outgoing: Outgoing, policy: Policy, services: Services, refused: BlockedError) -> None:
    """Let a body pass that is not understood, unless something stands in it that the policy still protects.

    Raises:
        BlockedError: ``refused``, for such a body.
    """
    whole = [outgoing.target, outgoing.body.decode("utf-8", "replace")]
    spans = await _find([Field(text=t, path="$") for t in whole], services)
    if any(policy.action(s.entity, s.score, outgoing.host) is not Action.ALLOW for some in spans for s in some):
        raise refused
