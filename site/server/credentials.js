/**
 * The key, or token, that a site asks for which is not open to everybody; this browser keeps it. A key may come with a link,
 * after the # (#key=…), which browsers send to no server.
 */

const NAME = "glimpse.credentials";

const invitation = new URLSearchParams(location.hash.slice(1)).get("key");
if (invitation) {
  keepCredentials(invitation);
  history.replaceState(null, "", location.pathname + location.search);
}

/** Hears of each "refused" request: its credentials were missing, wrong or expired. */
export const refusals = new EventTarget();

/** @param {string} credentials */
export function keepCredentials(credentials) {
  localStorage.setItem(NAME, credentials);
}

export function forgetCredentials() {
  localStorage.removeItem(NAME);
}

export function hasCredentials() {
  return localStorage.getItem(NAME) !== null;
}

/** @returns {Record<string, string>} the headers that a request to the API needs */
export function authorization() {
  const credentials = localStorage.getItem(NAME);
  return credentials ? { Authorization: `Bearer ${credentials}` } : {};
}
