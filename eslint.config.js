/** How the page's code is held together; what a rule forbids in general is allowed in the one module that is for it. */

import js from "@eslint/js";
import globals from "globals";

const NETWORK = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource"];
const MARKUP = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"];

export default [
  { ignores: [".venv/", ".sam/", ".localstack/", "node_modules/", "data/", "runs/", "build/", "site/vendor/"] },
  js.configs.recommended,
  {
    files: ["site/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 40],
      "no-restricted-globals": [
        "error",
        ...NETWORK.map((name) => ({ name, message: "server/api.js alone talks to the network." })),
      ],
      "no-restricted-properties": [
        "error",
        ...MARKUP.map((property) => ({ property, message: "Text goes in through textContent." })),
      ],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { files: ["benchmarks/*.js", "tests/site/*.js"], languageOptions: { globals: globals.nodeBuiltin } },
  { files: ["site/server/api.js"], rules: { "no-restricted-globals": "off" } },
];
