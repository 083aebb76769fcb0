"""The site as the local server serves it."""

import pytest

from function.app import App
from tests.contract.doors import flask_client


def test_the_page_is_served_with_a_strict_policy(app: App) -> None:
    with flask_client(app).get("/") as answer:
        assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/nothing.html", "/../local_server.py", "/%2e%2e/pyproject.toml"])
def test_nothing_but_the_site_is_served(app: App, path: str) -> None:
    answer = flask_client(app).get(path)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found")
