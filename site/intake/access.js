/** What a site shows that is not open to everybody: a form for its key, or a button that leads to where one signs in. */

import { announce } from "../lib/announce.js";
import { find } from "../lib/dom.js";
import { Failure } from "../lib/failure.js";
import { isAccepted } from "../server/api.js";
import { forgetCredentials, hasCredentials, keepCredentials, refusals } from "../server/credentials.js";
import { finishSignIn, startSignIn } from "../server/sign_in.js";
import { text } from "../strings/en.js";

/** @typedef {import("../server/api.js").Access} Access */

const form = find(document, "#access");
const field = /** @type {HTMLInputElement} */ (find(form, "#access-key"));
const problem = find(form, "[role=alert]");

/**
 * Shows the form as long as this browser has no credentials, and again when the server refuses them.
 *
 * @param {Access} access  of a kind that is not open
 * @param {() => void} onAllowed  when credentials have just been given
 */
export async function startAccess(access, onAllowed) {
  const isKey = access.kind === "key";
  find(form, ".access-words").textContent = isKey ? text.access.needsKey : text.access.needsSignIn;
  find(form, ".access-key").hidden = !isKey;
  find(form, "button").textContent = isKey ? text.access.useKey : text.access.signIn;
  refusals.addEventListener("refused", () => (form.hidden = false));
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // the page's policy lets no form be sent
    attempt(() => (isKey ? useKey(onAllowed) : startSignIn(access)));
  });
  form.hidden = hasCredentials();
  if (!isKey) await attempt(async () => (await finishSignIn(access)) && welcome(onAllowed));
}

/** @param {() => void} onAllowed */
async function useKey(onAllowed) {
  keepCredentials(field.value.trim());
  if (await isAccepted()) {
    field.value = "";
    welcome(onAllowed);
  } else {
    forgetCredentials();
    problem.textContent = text.access.wrongKey;
    field.focus();
  }
}

/** @param {() => void} onAllowed */
function welcome(onAllowed) {
  form.hidden = true;
  announce(text.access.allowed);
  find(document, "#files").focus();
  onAllowed();
}

/** @param {() => Promise<unknown>} task  whose failure is told in the form */
async function attempt(task) {
  problem.textContent = "";
  try {
    await task();
  } catch (error) {
    /** @type {Record<string, string>} */
    const messages = text.errors;
    problem.textContent = (error instanceof Failure && messages[error.code]) || text.errors.sign_in_failed;
  }
}
