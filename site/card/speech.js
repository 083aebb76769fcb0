/** Reads text aloud, where the browser has a voice for its language. */

const synthesis = globalThis.speechSynthesis;

/**
 * Shows a button once there is a voice; browsers load theirs late, and some have none.
 *
 * @param {HTMLElement} button
 * @param {string} language
 */
export function showIfVoice(button, language) {
  const show = () => (button.hidden = voiceFor(language) === undefined);
  button.hidden = true;
  if (!synthesis) return;
  show();
  synthesis.addEventListener?.("voiceschanged", show, { once: true });
}

/**
 * @param {string} words
 * @param {string} language
 */
export function speak(words, language) {
  const utterance = new SpeechSynthesisUtterance(words);
  utterance.voice = voiceFor(language) ?? null;
  utterance.lang = language;
  synthesis.cancel();
  synthesis.speak(utterance);
}

/**
 * Only a voice on this device: the text is sent nowhere.
 *
 * @param {string} language
 */
function voiceFor(language) {
  return synthesis.getVoices().find(({ lang, localService }) => localService && lang.startsWith(language));
}
