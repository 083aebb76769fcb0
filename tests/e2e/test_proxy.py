"""The page behind a real proxy that ends TLS, whatever that tells the server about the outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.actions import caption
from tests.e2e.conftest import OpenPage
from tests.e2e.locators import headline
from tests.e2e.proxy import HOST, Proxy
from tests.e2e.server import Server


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder: Path = tmp_path_factory.mktemp("proxy")
    server = Server(folder, GLIMPSE_HOSTS=HOST, GLIMPSE_PROXIES="127.0.0.1")
    server.start()
    proxy = Proxy(folder, server.url)
    try:
        proxy.start()
        yield proxy
        proxy.stop()
    finally:
        server.stop()


@pytest.mark.parametrize("shape", ["forwarded", "silent", "prefixed"])
def test_a_photo_is_uploaded_and_its_caption_read_through_tls(proxy: Proxy, open_page: OpenPage, shape: str) -> None:
    """Everything the page asks for lies below its own address."""
    address: str = getattr(proxy, shape)
    page = open_page(ignore_https_errors=True)
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    page.goto(address)
    expect(headline(caption(page))).to_contain_text("dog")
    requests = [(method, url) for method, url in asked if not url.startswith(("blob:", "data:"))]
    assert [url for _, url in requests if not url.startswith(address)] == []
    posts = [url.removeprefix(address) for method, url in requests if method == "POST"]
    assert posts == ["api/uploads", "uploads"]
