import pytest

from maskwire.wire.hosts import known_hosts, provider_of


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("api.openai.com", "openai"),
        ("API.OpenAI.com.", "openai"),
        ("eu.api.openai.com", "openai"),
        ("chatgpt.com", "chatgpt-web"),
        ("ws.chatgpt.com", "chatgpt-web"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "aws"),
        ("us-central1-aiplatform.googleapis.com", "vertex"),
        ("myres.openai.azure.com", "azure"),
        ("proxy.individual.githubcopilot.com", "copilot"),
        ("api2.cursor.sh", "cursor"),
    ],
)
def test_a_known_host_has_its_provider(host: str, provider: str) -> None:
    assert provider_of(host) == provider


@pytest.mark.parametrize(
    "host",
    [
        *(
            "example.com",
            "openai.com",
            "notapi.openai.com",
            "api.openai.com.evil.org",
            "evilchatgpt.com",
            "s3.us-east-1.amazonaws.com",
        ),
        *("www.googleapis.com", "api.github.com", "huggingface.co", "localhost", ""),
    ],
)
def test_other_traffic_is_not_ours(host: str) -> None:
    assert provider_of(host) is None


def test_hosts_are_exact_names_or_suffixes_without_doubles() -> None:
    hosts = known_hosts()

    assert len(set(hosts)) == len(hosts)
    assert all("*" not in host.removeprefix("*.") and "{" not in host and host == host.lower() for host in hosts)
    assert not {"*.amazonaws.com", "*.googleapis.com", "*.github.com", "*.azure.com"} & set(hosts)
