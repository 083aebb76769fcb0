"""Under which names the local server answers, and whom it believes about the path in front of it."""

from typing import Any

import pytest

from function.app import App
from function.errors import Misconfigured
from function.settings import Settings
from local_server import create_app

UPLOAD = {"content_type": "image/jpeg", "size": 1000}


def client(app: App, hosts: str = "", proxies: str = "") -> Any:
    return create_app(App(Settings(hosts=hosts, proxies=proxies), app.storage)).test_client()


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:5000", "LOCALHOST", "127.0.0.1:5000", "192.168.1.7", "[::1]:5000", "a.localhost"]
)
def test_localhost_and_addresses_need_no_setting(app: App, host: str) -> None:
    assert client(app).get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "notlocalhost", "[::1", "@", "a b"]
)
@pytest.mark.parametrize("path", ["/", "/api/health", "/uploads", "/api/nothing"])
def test_another_name_is_refused_everywhere(app: App, host: str, path: str) -> None:
    answer = client(app).get(path, headers={"Host": host})
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "forbidden")


def test_a_name_in_the_settings_is_answered_with_its_case_and_port(app: App) -> None:
    named = client(app, hosts="photos.example.org, .example.net")
    for host in ("photos.example.org", "Photos.Example.org:8443", "a.example.net", "example.net"):
        assert named.get("/api/health", headers={"Host": host}).status_code == 200
    assert named.get("/api/health", headers={"Host": "example.org"}).status_code == 403


FORWARDED = {
    "X-Forwarded-For": "203.0.113.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/photos",
}


def addresses(client: Any, headers: dict[str, str], sender: str = "127.0.0.1") -> tuple[str, str]:
    """Where an upload form and its caption are."""
    environ = {"REMOTE_ADDR": sender}
    form = client.post("/api/uploads", json=UPLOAD, headers=headers, environ_overrides=environ).json
    return form["upload"]["url"], form["caption_url"].removesuffix(form["id"])


def test_a_form_leads_to_this_server_whatever_stands_in_front(app: App) -> None:
    for headers in ({}, FORWARDED, {"Host": "photos.example.org"}):
        assert addresses(client(app, hosts="photos.example.org"), headers) == ("/uploads", "/api/captions/")


@pytest.mark.parametrize("proxies", ["127.0.0.1", "10.0.0.9, 127.0.0.0/8", "::1,127.0.0.1"])
def test_the_prefix_of_a_trusted_proxy_is_believed(app: App, proxies: str) -> None:
    behind = client(app, proxies=proxies)
    assert addresses(behind, FORWARDED) == ("/photos/uploads", "/photos/api/captions/")
    assert addresses(behind, FORWARDED, sender="203.0.113.7") == ("/uploads", "/api/captions/")


def test_a_proxy_that_is_no_address_is_told(app: App) -> None:
    with pytest.raises(Misconfigured, match="GLIMPSE_PROXIES"):
        client(app, proxies="nginx")
