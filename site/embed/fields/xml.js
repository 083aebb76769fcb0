/**
 * XML as photos carry it: read leniently, written well-formed, and otherwise character for character as it was. A
 * browser's own parser takes nothing that is not well-formed, and its serializer rewrites what is.
 */

import { Failure } from "../../lib/failure.js";
import { Element } from "./element.js";
import { declaredIn, KNOWN } from "./namespaces.js";

/** @typedef {import("./element.js").Attribute} Attribute */

const NAME = String.raw`[^\s<>/=!?"'&]+`;
const ATTRIBUTE = String.raw`(${NAME})\s*=\s*(?:"([^"]*)"|'([^']*)')`;
const TOKEN = new RegExp(
  [
    String.raw`<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<![A-Z][^>]*>`,
    String.raw`</(?<close>${NAME})\s*>`,
    String.raw`<(?<open>${NAME})(?<attributes>(?:\s+${ATTRIBUTE.replace(/\((?!\?)/g, "(?:")})*)\s*(?<empty>/?)>`,
    String.raw`[^<]+|<(?![\w:!/?])`,
  ].join("|"),
  "y",
);

/**
 * @param {string} text
 * @returns {Element | null} the root, with what it lacks to be well-formed; null where no element begins. What stands
 *   before and behind the root is not in it.
 * @throws {Failure} damaged_metadata, where it cannot be told what is meant
 */
export function parse(text) {
  const { root, end } = readRoot(text);
  const isSecond = /<[^\s<>?!/]*\bRDF[\s>]/.test(text.slice(end));
  if (isSecond || text.includes("<!ENTITY")) throw damaged();
  if (root) declareUndeclared(root);
  return root;
}

function damaged() {
  return new Failure("damaged_metadata", { status: 400 });
}

/**
 * @param {string} text
 * @returns {{root: Element | null, end: number}}
 */
function readRoot(text) {
  /** @type {Element[]} */
  const open = [];
  let end = 0;
  while (end < text.length) {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(text);
    const parent = open.at(-1);
    if (!match && parent) break;
    end = match ? TOKEN.lastIndex : end + 1;
    const { open: name, attributes, empty, close } = match?.groups ?? {};
    if (name) {
      const element = new Element(name, attributesIn(attributes));
      parent?.append(element);
      if (!empty) open.push(element);
      else if (!parent) return { root: element, end };
    } else if (parent && match) {
      if (close && close !== parent.name) throw damaged();
      if (close && open.length === 1) return { root: parent, end };
      if (close) open.pop();
      else parent.children.push(wellFormed(match[0]));
    }
  }
  if (open.length > 0 && text.slice(end).includes(">")) throw damaged();
  return { root: open[0] ?? null, end: text.length }; // it breaks off: what is whole is kept
}

/** @param {string} text  of a start tag, without its name */
function attributesIn(text) {
  /** @type {Attribute[]} */
  const attributes = [];
  for (const [, name, quoted, apostrophed] of text.matchAll(new RegExp(ATTRIBUTE, "g"))) {
    const value = wellFormed(quoted ?? apostrophed.replaceAll('"', "&quot;"));
    const same = attributes.find((attribute) => attribute.name === name);
    if (same && same.value !== value) throw damaged();
    if (!same) attributes.push({ name, value });
  }
  return attributes;
}

const FORBIDDEN = /[\0-\x08\x0e-\x1f\ufffe\uffff]/g; // eslint-disable-line no-control-regex

/**
 * @param {string} markup  text, an attribute's value, a comment or the like
 * @returns {string}  with what XML forbids written in a way that it allows
 */
function wellFormed(markup) {
  const allowed = markup.replace(/[\v\f]/g, "\n").replace(FORBIDDEN, " ");
  if (/^<[!?]/.test(markup)) return allowed;
  return allowed
    .replace(/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/g, "&amp;")
    .replace(/&#(?:x0*(?:[0-8bcefBCEF]|1[\da-fA-F])|0*(?:[0-8]|1[1245-9]|2\d|3[01]));/g, " ")
    .replaceAll("<", "&lt;")
    .replaceAll("]]>", "]]&gt;");
}

/** @param {string} text */
export function escaped(text) {
  return wellFormed(text.replaceAll("&", "&amp;")).replaceAll(">", "&gt;");
}

/**
 * @param {string} markup
 * @returns {string}  the text that it stands for
 */
export function unescaped(markup) {
  const entities = /** @type {Record<string, string>} */ ({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" });
  return markup
    .replace(/<!--[^]*?-->/g, "")
    .replace(/<!\[CDATA\[([^]*?)\]\]>|&#x([\da-fA-F]{1,6});|&#(\d{1,7});|&(\w+);/g, (whole, cdata, hex, decimal, name) => {
      if (cdata !== undefined) return cdata;
      const code = hex ? parseInt(hex, 16) : Number(decimal);
      if (hex || decimal) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      return entities[name] ?? whole;
    });
}

/** @param {Element} root */
function declareUndeclared(root) {
  /** @type {Map<string, string>} */
  const missing = new Map();
  /** @param {Element} element */
  const visit = (element) => {
    for (const name of [element.name, ...element.attributes.map((attribute) => attribute.name)]) {
      const [prefix, local] = name.split(":");
      if (local === undefined || prefix === "xmlns" || prefix === "xml") continue;
      if (declaredIn(element, prefix) === undefined) missing.set(prefix, KNOWN[prefix] ?? `urn:undeclared:${prefix}`);
    }
    element.elements.forEach(visit);
  };
  visit(root);
  root.attributes.push(...[...missing].map(([prefix, value]) => ({ name: `xmlns:${prefix}`, value })));
}
