/**
 * The key (or token) that a site asks for which is not open to everybody. It comes with a link, after the # (#key=…), which
 * browsers send to no server; this browser then keeps it.
 */

const NAME = "glimpse.credentials";

const invitation = new URLSearchParams(location.hash.slice(1)).get("key");
if (invitation) {
  localStorage.setItem(NAME, invitation);
  history.replaceState(null, "", location.pathname + location.search);
}

/** @returns {Record<string, string>} the headers that a request to the API needs */
export function authorization() {
  const credentials = localStorage.getItem(NAME);
  return credentials ? { Authorization: `Bearer ${credentials}` } : {};
}
