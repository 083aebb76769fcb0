/** Runs before all else: the words of the page, in place before it is first painted. */

import { label } from "./lib/label.js";
import { text } from "./strings/en.js";

document.documentElement.lang = text.language;
label(document);
