/** Runs before all else: the words of the page, in place before it is first painted. */

import { label } from "./label.js";
import { text } from "./text.js";

document.documentElement.lang = text.language;
label(document);
