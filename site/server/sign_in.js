/**
 * Signing in with an issuer of tokens: OpenID Connect's authorization code flow with PKCE (RFC 7636), as a page without a
 * secret of its own does it. The issuer leads back to the page, which gets an ID token for the code that comes along.
 */

import { Failure } from "../lib/failure.js";
import { askIssuer } from "./api.js";
import { keepCredentials } from "./credentials.js";

/** @typedef {{issuer: string, audience: string}} Issuer  audience: the id under which it knows this page */

const NAME = "glimpse.sign-in";
const VERIFIER_BYTES = 32;

/**
 * Leaves the page for the issuer's.
 *
 * @param {Issuer} issuer
 */
export async function startSignIn({ issuer, audience }) {
  const described = await askIssuer(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const [state, verifier] = [random(), random()];
  sessionStorage.setItem(NAME, JSON.stringify({ state, verifier, address: described.token_endpoint }));
  const question = {
    response_type: "code",
    scope: "openid",
    client_id: audience,
    redirect_uri: pageAddress(),
    state,
    code_challenge: await challenge(verifier),
    code_challenge_method: "S256",
  };
  const address = new URL(described.authorization_endpoint);
  Object.entries(question).forEach(([name, value]) => address.searchParams.set(name, value));
  location.assign(address);
}

/**
 * Keeps a token if the issuer has just led back to the page.
 *
 * @param {Issuer} issuer
 * @returns {Promise<boolean>}  whether it has
 */
export async function finishSignIn({ audience }) {
  const answer = new URLSearchParams(location.search);
  const begun = JSON.parse(sessionStorage.getItem(NAME) ?? "{}");
  if (!begun.state || answer.get("state") !== begun.state) return false;
  sessionStorage.removeItem(NAME);
  history.replaceState(null, "", pageAddress());
  const code = answer.get("code");
  if (!code) throw new Failure("sign_in_failed");
  const { id_token } = await askIssuer(begun.address, {
    grant_type: "authorization_code",
    client_id: audience,
    redirect_uri: pageAddress(),
    code,
    code_verifier: begun.verifier,
  });
  keepCredentials(id_token);
  return true;
}

function pageAddress() {
  return location.origin + location.pathname;
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(VERIFIER_BYTES)));
}

/** @param {string} verifier */
async function challenge(verifier) {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
