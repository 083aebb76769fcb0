"""nginx in front of a server: it ends TLS, with a certificate made here, and passes requests on in three ways."""

import shutil
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

HOST = "photos.example.org"
"""The name of the site; the tests' Chromium finds it on this machine."""
SECONDS_TO_START = 10

CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_max_body_size 21m;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    server {{
        listen 127.0.0.1:{forwarded} ssl;
        location / {{
            proxy_pass {upstream};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
    server {{
        listen 127.0.0.1:{silent} ssl;
        location / {{
            proxy_pass {upstream};
        }}
    }}
    server {{
        listen 127.0.0.1:{prefixed} ssl;
        location /captions/ {{
            proxy_pass {upstream};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Prefix /captions;
        }}
    }}
}}
"""


class Proxy:
    """The addresses of one nginx, by what it tells the server."""

    def __init__(self, folder: Path, upstream: str) -> None:
        self._folder = folder
        forwarded, silent, prefixed = _free_ports(3)
        self.forwarded = f"https://{HOST}:{forwarded}/"
        self.silent = f"https://{HOST}:{silent}/"
        self.prefixed = f"https://{HOST}:{prefixed}/captions/"
        self._ports = forwarded, silent, prefixed
        configuration = CONFIGURATION.format(
            folder=folder, upstream=upstream, forwarded=forwarded, silent=silent, prefixed=prefixed
        )
        (folder / "nginx.conf").write_text(configuration)

    def start(self) -> None:
        """Return once it listens on every port."""
        _make_certificate(self._folder)
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        command = [nginx, "-e", f"{self._folder}/nginx.log", "-c", f"{self._folder}/nginx.conf"]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + SECONDS_TO_START
        while not all(_listens(port) for port in self._ports):
            log = (self._folder / "nginx.log").read_text() if (self._folder / "nginx.log").exists() else ""
            assert self._process.poll() is None and time.monotonic() < deadline, f"nginx did not start:\n{log}"
            time.sleep(0.05)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _make_certificate(folder: Path) -> None:
    """A certificate that nobody signed, and its key."""
    files = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"]
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}"]
    subprocess.run(["openssl", "req", *kind, *files], check=True, capture_output=True)
