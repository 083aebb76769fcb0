"""Who may ask: anybody, who has the key, or who has a token; the same through every door, on every route."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from function.app import App
from function.errors import Misconfigured
from function.settings import Settings
from function.storage.folder import FolderStorage
from function.web.base import Route
from function.web.routes import ROUTES
from tests.contract.doors import flask_client, multipart
from tests.contract.test_api import UPLOAD, ask_flask, ask_lambda
from tests.issuer import Issuer

KEY = "a key of several words"
SECRET = "what CloudFront says"
HASH = hashlib.sha256(KEY.encode()).hexdigest()
Ask = Callable[..., tuple[int, dict[str, str], Any]]
GUARDED = [route for route in ROUTES if not route.is_open]


@pytest.fixture(params=["lambda", "flask"])
def ask(request: pytest.FixtureRequest) -> Ask:
    return {"lambda": ask_lambda, "flask": ask_flask}[request.param]


@pytest.fixture
def guarded(storage: FolderStorage) -> Callable[..., App]:
    return lambda **settings: App(Settings(**settings), storage)


def path(route: Route) -> str:
    return route.path.replace("{id}", "0" * 32)


def bearer(credentials: str) -> dict[str, str]:
    return {"authorization": f"Bearer {credentials}"}


def test_all_routes_but_those_that_say_how_to_ask_are_guarded() -> None:
    assert {route.path for route in ROUTES if route.is_open} == {"/api/health", "/api/openapi.json"}


# A key


@pytest.mark.parametrize("headers", [{}, bearer(""), bearer("wrong"), bearer(HASH), {"authorization": f"Basic {KEY}"}])
@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
def test_without_the_key_no_route_answers(
    ask: Ask, guarded: Callable[..., App], route: Route, headers: dict[str, str]
) -> None:
    status, answered, content = ask(guarded(key_sha256=HASH), route.method, path(route), b"", headers)
    assert (status, content["error"]["code"]) == (401, "unauthorized")
    assert answered["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
def test_with_the_key_every_route_answers(ask: Ask, guarded: Callable[..., App], route: Route) -> None:
    status, _, _ = ask(guarded(key_sha256=HASH), route.method, path(route), b"", bearer(KEY))
    assert status not in (401, 403, 500)


def test_health_tells_what_to_bring(ask: Ask, guarded: Callable[..., App]) -> None:
    def told(**settings: str) -> Any:
        return ask(guarded(**settings), "GET", "/api/health", b"", {})[2]["access"]

    issuer = {"issuer": "https://issuer.example", "audience": "glimpse"}
    assert told() == {"kind": "open"}
    assert told(key_sha256=HASH) == {"kind": "key"}
    assert told(token_issuer=issuer["issuer"], token_audience="glimpse") == {"kind": "token", **issuer}


@pytest.mark.parametrize(
    "settings",
    [
        {"key_sha256": "abc"},
        {"token_issuer": "https://issuer.example"},
        {"key_sha256": HASH, "token_issuer": "https://issuer.example", "token_audience": "glimpse"},
    ],
)
def test_what_goes_together_or_does_not_is_said(settings: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="GLIMPSE_"):
        Settings(**settings)  # type: ignore[arg-type]


# A token


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as issuer:
        yield issuer


BAD_TOKENS: dict[str, Callable[[Issuer], str]] = {
    "no token": lambda issuer: "nonsense",
    "expired": lambda issuer: issuer.token(exp=time.time() - 60),
    "endless": lambda issuer: issuer.token(exp=None),
    "another issuer's": lambda issuer: issuer.token(iss="https://another.example"),
    "another audience's": lambda issuer: issuer.token(aud="another"),
    "forged": lambda issuer: issuer.token(key=rsa.generate_private_key(public_exponent=65537, key_size=2048)),
    "unsigned": lambda issuer: jwt.encode({"iss": issuer.url, "aud": "glimpse"}, "", algorithm="none"),
}


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
def test_a_bad_token_opens_no_route(ask: Ask, guarded: Callable[..., App], issuer: Issuer, route: Route) -> None:
    app = guarded(token_issuer=issuer.url, token_audience="glimpse")
    assert ask(app, route.method, path(route), b"", {})[0] == 401
    for name, token in BAD_TOKENS.items():
        status, _, content = ask(app, route.method, path(route), b"", bearer(token(issuer)))
        assert (status, content["error"]["code"]) == (401, "unauthorized"), name
    assert ask(app, route.method, path(route), b"", bearer(issuer.token()))[0] not in (401, 403, 500, 503)


def test_the_tokens_of_cognito_name_their_client(ask: Ask, guarded: Callable[..., App], issuer: Issuer) -> None:
    app = guarded(token_issuer=issuer.url, token_audience="glimpse")
    for claims in ({"aud": ["other", "glimpse"]}, {"client_id": "glimpse"}):
        token = jwt.encode(
            {"iss": issuer.url, "exp": time.time() + 300, **claims}, issuer.key, "RS256", headers={"kid": "1"}
        )
        assert ask(app, "POST", "/api/uploads", json.dumps(UPLOAD).encode(), bearer(token))[0] == 201


def test_an_issuer_that_is_away_is_no_fault_of_the_visitor(
    ask: Ask, guarded: Callable[..., App], issuer: Issuer
) -> None:
    app = guarded(token_issuer="http://127.0.0.1:9", token_audience="glimpse")
    status, _, content = ask(app, "POST", "/api/uploads", b"", bearer(issuer.token()))
    assert (status, content["error"]["code"]) == (503, "unavailable")


# Through CloudFront


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_way_round_cloudfront_leads_to_no_route(ask: Ask, guarded: Callable[..., App], route: Route) -> None:
    app = guarded(origin_secret=SECRET)
    for headers in ({}, {"x-glimpse-origin": "guessed"}):
        status, _, content = ask(app, route.method, path(route), b"", headers)
        assert (status, content["error"]["code"]) == (403, "forbidden")
    assert ask(app, route.method, path(route), b"", {"x-glimpse-origin": SECRET})[0] != 403


# A day's photos, and one to a form


def test_a_day_takes_so_many_photos_and_bad_requests_are_none(ask: Ask, guarded: Callable[..., App]) -> None:
    app = guarded(daily_photos=2)
    wanted = json.dumps(UPLOAD).encode()
    assert ask(app, "POST", "/api/uploads", b"{", {})[0] == 400
    assert [ask(app, "POST", "/api/uploads", wanted, {})[0] for _ in range(2)] == [201, 201]
    for path_, body in (("/api/uploads", wanted), ("/api/caption", b"a photo")):
        status, headers, content = ask(app, "POST", path_, body, {})
        assert (status, content["error"]["code"]) == (429, "daily_limit")
        assert 0 < int(headers["Retry-After"]) <= 24 * 3600
    assert ask(app, "GET", "/api/health", b"", {})[0] == 200


def test_a_form_is_for_one_upload(app: App) -> None:
    client = flask_client(app)
    form = client.post("/api/uploads", json=UPLOAD).get_json()
    sent = [client.post("/uploads", **multipart(form["upload"]["fields"], "file", photo)) for photo in (b"one", b"two")]
    assert [answer.status_code for answer in sent] == [204, 403]
    assert app.storage.read_upload(form["id"]).data == b"one"


# What goes through in one piece


def test_health_says_how_large_a_request_may_be(ask: Ask, guarded: Callable[..., App]) -> None:
    def told(request_bytes: int) -> tuple[int, int]:
        limits = ask(guarded(request_bytes=request_bytes), "GET", "/api/health", b"", {})[2]["limits"]
        return limits["max_request_bytes"], limits["max_bytes"]

    assert told(4_500_000) == (4_500_000, 20 * 1024**2)
    assert told(0) == (20 * 1024**2, 20 * 1024**2)


# When to ask again


@pytest.mark.parametrize(("age", "seconds"), [(0, 1), (5, 1), (12, 4), (40, 10), (4000, 10)])
def test_what_has_waited_long_is_asked_for_less_often(
    ask: Ask, app: App, monkeypatch: pytest.MonkeyPatch, age: float, seconds: int
) -> None:
    monkeypatch.setattr(app.storage, "upload_age", lambda _: age)
    status, headers, _ = ask(app, "GET", f"/api/captions/{'0' * 32}", b"", {})
    assert (status, headers["Retry-After"]) == (202, str(seconds))
