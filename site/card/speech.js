/** Reads a sentence aloud, where the browser has a voice for the page's language. */

const synthesis = globalThis.speechSynthesis;

/**
 * Shows a button once there is a voice; browsers load theirs late, and some have none.
 *
 * @param {HTMLElement} button
 */
export function revealWithVoice(button) {
  const reveal = () => (button.hidden = voice() === undefined);
  button.hidden = true;
  if (!synthesis) return;
  reveal();
  synthesis.addEventListener?.("voiceschanged", reveal, { once: true });
}

/** @param {string} words */
export function say(words) {
  const utterance = new SpeechSynthesisUtterance(words);
  utterance.voice = voice() ?? null;
  utterance.lang = document.documentElement.lang;
  synthesis.cancel();
  synthesis.speak(utterance);
}

/** One that speaks on this device if there is one: the sentence is nobody else's business. */
function voice() {
  const language = document.documentElement.lang;
  const voices = synthesis.getVoices().filter(({ lang }) => lang.startsWith(language));
  return voices.find(({ localService }) => localService);
}
