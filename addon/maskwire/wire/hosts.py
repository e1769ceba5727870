"""Which hosts carry conversations with a model: these are decrypted, all others are tunnelled. Sans-IO.

A host is written as it is, as ``*.suffix``, or with ``{region}``, which stands for each of the regions
listed here, so that certificates can be constrained to exact names. Left out on purpose, because other
traffic than a model's goes there: api.github.com, *.ghe.com, huggingface.co, play.googleapis.com,
substrate.office.com.
"""

from collections.abc import Mapping
from functools import cache

AWS_REGIONS = (
    "af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
    "ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ca-central-1 ca-west-1 "
    "eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 "
    "me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2"
)
"""Regions that run Bedrock. Source: https://docs.aws.amazon.com/general/latest/gr/bedrock.html"""

GOOGLE_REGIONS = (
    "africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-southeast1 "
    "asia-southeast2 australia-southeast1 australia-southeast2 europe-central2 europe-north1 europe-southwest1 "
    "europe-west1 europe-west12 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9 "
    "me-central1 me-central2 me-west1 northamerica-northeast1 northamerica-northeast2 southamerica-east1 "
    "southamerica-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4"
)
"""Regions of Vertex AI. Source: https://cloud.google.com/vertex-ai/docs/general/locations"""

PROVIDERS: Mapping[str, tuple[str, ...]] = {
    "openai": ("api.openai.com", "*.api.openai.com"),
    "chatgpt-web": ("chatgpt.com", "*.chatgpt.com", "chat.openai.com", "*.oaiusercontent.com"),
    "anthropic": ("api.anthropic.com", "aws-external-anthropic.{aws}.api.aws"),
    "claude-web": ("claude.ai", "api.claude.ai", "bridge.claudeusercontent.com"),
    "google": ("generativelanguage.googleapis.com",),
    "vertex": (
        "aiplatform.googleapis.com",
        "{google}-aiplatform.googleapis.com",
        "aiplatform.us.rep.googleapis.com",
        "aiplatform.eu.rep.googleapis.com",
    ),
    "code-assist": ("cloudcode-pa.googleapis.com",),
    "gemini-web": ("gemini.google.com", "content-push.googleapis.com"),
    "aws": (
        "bedrock-runtime.{aws}.amazonaws.com",
        "bedrock-runtime-fips.{aws}.amazonaws.com",
        "bedrock-agent-runtime.{aws}.amazonaws.com",
        "bedrock-mantle.{aws}.api.aws",
    ),
    "azure": ("*.openai.azure.com", "*.services.ai.azure.com", "*.cognitiveservices.azure.com"),
    "mistral": ("api.mistral.ai", "api.eu.mistral.ai", "api.us.mistral.ai", "codestral.mistral.ai"),
    "mistral-web": ("chat.mistral.ai",),
    "cohere": ("api.cohere.com", "api.cohere.ai"),
    "groq": ("api.groq.com",),
    "openrouter": ("openrouter.ai",),
    "deepseek": ("api.deepseek.com",),
    "deepseek-web": ("chat.deepseek.com",),
    "xai": ("api.x.ai", "management-api.x.ai"),
    "grok-web": ("grok.com",),
    "perplexity": ("api.perplexity.ai",),
    "perplexity-web": ("www.perplexity.ai",),
    "together": ("api.together.ai", "api.together.xyz"),
    "fireworks": ("api.fireworks.ai",),
    "cerebras": ("api.cerebras.ai",),
    "huggingface": ("router.huggingface.co", "*.endpoints.huggingface.cloud"),
    "nvidia": ("integrate.api.nvidia.com",),
    "moonshot": ("api.moonshot.ai",),
    "vercel": ("ai-gateway.vercel.sh",),
    "minimax": ("api.minimax.io",),
    "sambanova": ("api.sambanova.ai",),
    "hyperbolic": ("api.hyperbolic.xyz",),
    "deepinfra": ("api.deepinfra.com",),
    "novita": ("api.novita.ai",),
    "poe": ("api.poe.com",),
    "poe-web": ("poe.com",),
    "replicate": ("api.replicate.com",),
    "ai21": ("api.ai21.com",),
    "voyage": ("api.voyageai.com",),
    "jina": ("api.jina.ai",),
    "ollama": ("ollama.com",),
    "copilot": (
        "api.githubcopilot.com",
        "*.githubcopilot.com",
        "copilot-proxy.githubusercontent.com",
        "origin-tracker.githubusercontent.com",
    ),
    "cursor": ("*.cursor.sh", "*.cursorapi.com"),
    "windsurf": ("server.codeium.com", "*.codeium.com", "*.windsurf.com"),
    "microsoft-copilot-web": ("copilot.microsoft.com",),
    "meta-web": ("www.meta.ai",),
}
"""The hosts of each provider. A web application is a provider of its own: it speaks another format."""


def _spread(pattern: str) -> list[str]:
    for mark, regions in (("{aws}", AWS_REGIONS), ("{google}", GOOGLE_REGIONS)):
        if mark in pattern:
            return [pattern.replace(mark, region) for region in regions.split()]
    return [pattern]


@cache
def _index() -> Mapping[str, str]:
    return {name: provider for provider, hosts in PROVIDERS.items() for host in hosts for name in _spread(host)}


def known_hosts() -> tuple[str, ...]:
    """Return every host that is decrypted: exact names and ``*.suffix`` patterns, lower case."""
    return tuple(_index())


def provider_of(host: str) -> str | None:
    """Return whose host this is, or ``None`` for one that is not ours to read. ``host`` has no port."""
    name = host.lower().rstrip(".")
    index = _index()
    if (found := index.get(name)) is not None:
        return found
    parts = name.split(".")
    for i in range(1, len(parts)):
        if (found := index.get("*." + ".".join(parts[i:]))) is not None:
            return found
    return None
