"""Headers that a server sends with the page and every other answer; template.yaml has the same for CloudFront."""

from function.app import App


def security_headers(glimpse: App) -> dict[str, str]:
    """Headers of every answer; the page may talk to this server and to where its upload forms lead."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        f"connect-src 'self' {glimpse.storage.upload_origin}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
