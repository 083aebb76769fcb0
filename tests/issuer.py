"""An issuer of tokens (OpenID Connect) on loopback: it signs in everybody, and checks what a client has to prove."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "glimpse"
CODE = "a code"


class Issuer:
    """Its address is `url`; the last question of a page that sends somebody to sign in is `asked`."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        self.public = {**public, "kid": "1", "use": "sig", "alg": "RS256"}
        self.asked: dict[str, str] = {}
        self.refuses = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Issuer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def token(self, **changes: Any) -> str:
        """A good token, unless something is changed."""
        key = changes.pop("key", self.key)
        claims = {"iss": self.url, "aud": CLIENT, "exp": time.time() + 300, **changes}
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "1"})

    def described(self) -> dict[str, str]:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {name: f"{self.url}/{path}" for name, path in names.items()}

    def lead_back(self, question: dict[str, str]) -> str:
        """Where the browser goes on: back to the page, with a code or an error."""
        self.asked = question
        answer = {"error": "access_denied"} if self.refuses else {"code": CODE}
        return f"{question['redirect_uri']}?{urlencode({**answer, 'state': question['state']})}"

    def exchanged(self, fields: dict[str, str]) -> dict[str, str] | None:
        """Tokens for a code; None where it is not the one of the question, or from somebody else (RFC 7636, 4.6)."""
        digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        same = all(fields[name] == self.asked[name] for name in ("client_id", "redirect_uri"))
        good = (fields["grant_type"], fields["code"]) == ("authorization_code", CODE)
        if same and good and (proof, "S256") == (self.asked["code_challenge"], self.asked["code_challenge_method"]):
            return {"id_token": self.token(), "token_type": "Bearer"}
        return None


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", issuer.lead_back(dict(parse_qsl(address.query))))
                self.end_headers()
            else:
                self._answer({"keys": [issuer.public]} if address.path == "/keys" else issuer.described())

        def do_POST(self) -> None:
            fields = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            tokens = issuer.exchanged(fields)
            self._answer(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

        def _answer(self, content: object, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler
