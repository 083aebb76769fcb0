"""Under which names a server answers, and which proxies it believes; what follows from the settings for that."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from function.errors import Forbidden, Misconfigured
from function.settings import Settings


class Proxies:
    """The hosts and proxies of the settings. Raises Misconfigured for a proxy that is no address and no network."""

    def __init__(self, settings: Settings) -> None:
        self._hosts = ["localhost", ".localhost", *_listed(settings.hosts)]
        self._trusted = [_network(proxy) for proxy in _listed(settings.proxies)]

    def check_host(self, host: str) -> None:
        """Raises Forbidden for a Host header that another site's page could send (DNS rebinding).

        An IP address needs no DNS, and no browser leaves the header out.
        """
        if host and not (_is_address(name := _name(host)) or any(_matches(name, known) for known in self._hosts)):
            raise Forbidden(
                "This server does not answer under this name. Use localhost or its IP address, "
                "or have the name added to GLIMPSE_HOSTS."
            )

    def prefix(self, sender: str, forwarded: str) -> str:
        """The path in front of every address, as X-Forwarded-Prefix says if its sender (an IP address) is believed."""
        return forwarded.rstrip("/") if self.is_trusted(sender) else ""

    def is_trusted(self, sender: str) -> bool:
        """Whether an IP address is that of a proxy in the settings."""
        return any(ip_address(sender) in network for network in self._trusted)


def _listed(names: str) -> Sequence[str]:
    return [name.strip().lower() for name in names.split(",") if name.strip()]


def _network(proxy: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(proxy)
    except ValueError as error:
        raise Misconfigured(f"GLIMPSE_PROXIES must list IP addresses or networks ({error}).") from None


def _name(host: str) -> str:
    """A Host header without its port, in lower case; "" for one that is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def _matches(name: str, known: str) -> bool:
    """Whether a name is a known one; one that begins with a dot stands for all names below it."""
    return name == known.removeprefix(".") or (known.startswith(".") and name.endswith(known))
