"""Which proxy a URL goes through, by the variables that everybody uses."""

import pytest

from bulkimport.destinations.proxies import proxies_of_the_environment, proxy_for
from bulkimport.errors import UsageError

PROXIES = {
    "http": "http://plain.test:3128",
    "https": "http://secure.test:3128",
    "no": "localhost,.inside.test,other.test:8080",
}


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://labelbox.test/graphql", "http://plain.test:3128"),
        ("https://labelbox.test/graphql", "http://secure.test:3128"),
        ("https://LABELBOX.test:8443/graphql", "http://secure.test:3128"),
        ("http://localhost:8000/graphql", None),
        ("https://api.inside.test/graphql", None),
        ("https://inside.test/graphql", None),
        ("https://notinside.test/graphql", "http://secure.test:3128"),
        ("https://other.test:8080/", None),
        ("https://other.test/", "http://secure.test:3128"),
    ],
)
def test_the_scheme_chooses_and_exceptions_go_straight(url: str, proxy: str | None) -> None:
    """Host names count with their subdomains, and with a port where one is named."""
    assert proxy_for(url, PROXIES) == proxy


@pytest.mark.parametrize(
    ("proxies", "proxy"),
    [
        ({}, None),
        ({"https": ""}, None),
        ({"http": "http://plain.test"}, None),
        ({"all": "http://all.test:1"}, "http://all.test:1"),
        ({"https": "https://secure.test:1"}, "https://secure.test:1"),
        ({"https": "bare.test:3128"}, "http://bare.test:3128"),
    ],
)
def test_a_proxy_may_be_named_for_all_or_without_a_scheme(
    proxies: dict[str, str], proxy: str | None
) -> None:
    """As curl takes it."""
    assert proxy_for("https://labelbox.test/graphql", proxies) == proxy


def test_what_is_no_http_proxy_is_refused() -> None:
    """Without its password in the sentence."""
    with pytest.raises(UsageError, match="socks5") as raised:
        proxy_for("https://labelbox.test/", {"all": "socks5://me:s3cret@proxy.test:1080"})

    assert "s3cret" not in str(raised.value)


def test_lower_case_variables_win(monkeypatch: pytest.MonkeyPatch) -> None:
    """As everywhere."""
    monkeypatch.setenv("HTTPS_PROXY", "http://upper.test")
    monkeypatch.setenv("https_proxy", "http://lower.test")

    assert proxies_of_the_environment()["https"] == "http://lower.test"
