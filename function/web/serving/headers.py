"""Headers that a server sends with the page and every other answer; template.yaml has the same for CloudFront."""

from urllib.parse import urlsplit

from function.app import App
from function.settings import Settings


def security_headers(glimpse: App) -> dict[str, str]:
    """Headers of every answer; the page may talk to this server, to where its upload forms lead, and to the issuer of
    tokens that the settings name.
    """
    return page_headers(glimpse.storage.upload_origin, *_sign_in(glimpse.settings))


def page_headers(*origins: str) -> dict[str, str]:
    """Headers for a page that may talk to its own server and to these origins."""
    connect = " ".join(["'self'", *origins])
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        f"connect-src {connect}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }


def _sign_in(settings: Settings) -> list[str]:
    """Scheme and host of the issuer, and of where it hands out tokens if that is elsewhere."""
    issuer = urlsplit(settings.token_issuer)
    return [
        origin for origin in (issuer.scheme and f"{issuer.scheme}://{issuer.netloc}", settings.token_origin) if origin
    ]
