/**
 * An XMP packet that carries a description: dc:description, which most programs show, and Iptc4xmpCore's
 * AltTextAccessibility (IPTC Photo Metadata Standard 2021.1), which is for people who cannot see the photo. Tags are
 * added to dc:subject. Only properties of the photo itself are touched: those directly in a description of rdf:RDF.
 */

import { Failure } from "../../lib/failure.js";
import { Element } from "./element.js";
import { decodeXml } from "./encoding.js";
import { attributeOf, declaredIn, isNamed, KNOWN, nameIn, RDF, split } from "./namespaces.js";
import { escaped, parse, unescaped } from "./xml.js";

/** @typedef {{words: string, language: string, tags: string[]}} Words  language: of the words, such as en */
/** @typedef {{rdf: Element, namespace: string, blocks: Element[]}} Tree  blocks: descriptions of the photo itself */
/** @typedef {{namespace: string, name: string}} Property */

const DESCRIPTION = { namespace: KNOWN.dc, name: "description" };
const ALT_TEXT = { namespace: KNOWN.Iptc4xmpCore, name: "AltTextAccessibility" };
const EXIF_COPY = { namespace: KNOWN.tiff, name: "ImageDescription" }; // older programs write it beside dc:description
const SUBJECT = { namespace: KNOWN.dc, name: "subject" };
const EMPTY = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${RDF}"><rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>`;

/**
 * @param {Uint8Array | null} packet  the photo's own, whose other properties and languages are kept
 * @param {Words} words
 * @param {string[]} keywords  that the photo has elsewhere, for a packet without any
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {Failure} damaged_metadata
 */
export function describePacket(packet, words, keywords = []) {
  const root = (packet && rootOf(packet)) ?? /** @type {Element} */ (parse(EMPTY));
  const tree = treeOf(root);
  for (const property of [DESCRIPTION, ALT_TEXT]) setText(tree, property, words);
  if (find(tree, EXIF_COPY).length > 0) setText(tree, EXIF_COPY, words);
  addTags(tree, find(tree, SUBJECT).length > 0 ? words.tags : [...keywords, ...words.tags]);
  return encode(root);
}

/**
 * @param {Uint8Array} packet  an extension of another one, in which words are changed where there are some
 * @param {Words} words
 * @returns {Uint8Array}  the same one where there are none
 * @throws {Failure} damaged_metadata
 */
export function describeExtension(packet, words) {
  const root = rootOf(packet);
  const tree = root && treeOf(root);
  const properties = tree ? [DESCRIPTION, ALT_TEXT, EXIF_COPY].filter((property) => find(tree, property).length > 0) : [];
  if (!root || !tree || properties.length === 0) return packet;
  for (const property of properties) setText(tree, property, words);
  return new TextEncoder().encode(root.toString());
}

/** @param {Uint8Array} packet */
function rootOf(packet) {
  const text = decodeXml(packet);
  const root = parse(text);
  if (!root && text.replaceAll("\0", "").includes("<rdf")) throw new Failure("damaged_metadata", { status: 400 });
  return root;
}

/** @param {Element} root */
function encode(root) {
  return new TextEncoder().encode(
    `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>${root}<?xpacket end="w"?>`,
  );
}

/**
 * @param {Element} root
 * @returns {Tree}  with at least one block
 */
function treeOf(root) {
  const rdf = findRdf(root) ?? addRdf(root);
  const namespace = declaredIn(rdf, split(rdf.name)[0]) ?? RDF;
  const blocks = rdf.elements.filter((element) => isNamed(element, namespace, "Description"));
  if (blocks.length === 0) {
    const block = rdf.append(new Element(sibling(rdf, "Description")));
    block.attributes.push({ name: sibling(rdf, "about"), value: "" });
    blocks.push(block);
  }
  return { rdf, namespace, blocks };
}

/**
 * @param {Element} element
 * @returns {Element | undefined}
 */
function findRdf(element) {
  if (split(element.name)[1] === "RDF") return element;
  for (const child of element.elements) {
    const found = findRdf(child);
    if (found) return found;
  }
  return undefined;
}

/** @param {Element} root */
function addRdf(root) {
  if (!/^x[am]pmeta$/.test(split(root.name)[1])) throw new Failure("damaged_metadata", { status: 400 });
  const rdf = root.append(new Element("rdf:RDF"));
  rdf.name = nameIn(rdf, RDF, "RDF");
  return rdf;
}

/**
 * @param {Tree} tree
 * @param {Property} property
 * @returns {Element[]}
 */
function elementsOf({ blocks }, { namespace, name }) {
  return blocks.flatMap((block) => block.elements.filter((element) => isNamed(element, namespace, name)));
}

/**
 * @param {Tree} tree
 * @param {Property} property
 */
function find(tree, property) {
  const attributes = tree.blocks.map((block) => attributeOf(block, property.namespace, property.name));
  return [...elementsOf(tree, property), ...attributes.filter((attribute) => attribute !== undefined)];
}

/**
 * Takes the attribute form of a property away.
 *
 * @param {Tree} tree
 * @param {Property} property
 * @returns {string[]}  its values, escaped
 */
function takeAttributes({ blocks }, { namespace, name }) {
  return blocks.flatMap((block) => {
    const attribute = attributeOf(block, namespace, name);
    block.attributes = block.attributes.filter((other) => other !== attribute);
    return attribute ? [attribute.value] : [];
  });
}

/**
 * @param {Tree} tree
 * @param {Property} property
 */
function addElement({ blocks: [block] }, { namespace, name }) {
  const element = block.append(new Element("new"));
  element.name = nameIn(element, namespace, name);
  return element;
}

/**
 * Sets the default of a property that holds one text in many languages, and what it has in the language of the words:
 * programs that look for that language would show the old text.
 *
 * @param {Tree} tree
 * @param {Property} property
 * @param {Words} words
 */
function setText(tree, property, { words, language }) {
  takeAttributes(tree, property);
  const [element = addElement(tree, property), ...others] = elementsOf(tree, property);
  const list = listIn(element, tree.namespace) ?? new Element(sibling(tree.rdf, "Alt"));
  list.name = sibling(tree.rdf, "Alt");
  const items = [...itemsOf(list), ...others.flatMap((other) => itemsOf(listIn(other, tree.namespace)).map(copyOf))];
  others.forEach((other) => other.remove());
  const kept = items.filter((item) => !["", "x-default"].includes(languageOf(item)));
  for (const item of kept) if (isIn(languageOf(item), language)) item.children = [escaped(words)];
  const first = new Element(sibling(tree.rdf, "li"), [{ name: "xml:lang", value: "x-default" }], [escaped(words)]);
  fill(list, [first, ...kept]);
  setOnly(element, list);
}

/**
 * @param {Tree} tree
 * @param {string[]} tags
 */
function addTags(tree, tags) {
  const values = takeAttributes(tree, SUBJECT);
  const elements = elementsOf(tree, SUBJECT);
  const lists = elements.map((element) => listIn(element, tree.namespace));
  const known = new Set([...values.map(unescaped), ...lists.flatMap(itemsOf).map(textOf), ...elements.map(textOf)].map(folded));
  const added = [...values, ...tags.filter((tag) => !known.has(folded(tag))).map(escaped)];
  if (added.length === 0) return;
  const element = elements[0] ?? addElement(tree, SUBJECT);
  const list = lists[0] ?? newBag(element, tree);
  for (const tag of new Set(added)) list?.append(new Element(sibling(tree.rdf, "li"), [], [tag]));
}

/**
 * @param {Element} element  of a property that has no list yet, perhaps a plain text
 * @param {Tree} tree
 */
function newBag(element, { rdf }) {
  if (element.elements.length > 0) return null; // nothing that XMP allows: left as it is
  const text = element.children.join("").trim();
  const bag = new Element(sibling(rdf, "Bag"));
  if (text) bag.append(new Element(sibling(rdf, "li"), [], [text]));
  setOnly(element, bag);
  return bag;
}

/**
 * @param {Element} element
 * @param {string} namespace  of RDF, as the packet has it
 * @returns {Element | undefined}  its array, which may be qualified (XMP specification part 1, 7.8)
 */
function listIn(element, namespace) {
  const [list] = element.elements.filter((child) =>
    ["Alt", "Bag", "Seq"].some((name) => isNamed(child, namespace, name)),
  );
  if (list) return list;
  const inner = element.elements.find((child) => ["value", "Description"].some((name) => isNamed(child, namespace, name)));
  return inner && listIn(inner, namespace);
}

/** @param {Element | undefined} list */
function itemsOf(list) {
  return list?.elements.filter(({ name }) => split(name)[1] === "li") ?? [];
}

/** @param {Element} item  a language's text in another description, whose namespaces it may use */
function copyOf({ attributes, children, name }) {
  const language = attributes.filter((attribute) => attribute.name === "xml:lang");
  return new Element(name, language, children.filter((child) => typeof child === "string"));
}

/**
 * @param {Element} list
 * @param {Element[]} items
 */
function fill(list, items) {
  list.children = [];
  items.forEach((item) => list.append(item));
}

/**
 * @param {Element} element
 * @param {Element} list  that is to be all that is in it
 */
function setOnly(element, list) {
  if (list.parent !== element || element.elements.length > 1) {
    element.attributes = element.attributes.filter(({ name }) => name.startsWith("xmlns"));
    fill(element, [list]);
  }
}

/**
 * @param {Element} rdf
 * @param {string} local
 * @returns {string}  a name in the same namespace
 */
function sibling(rdf, local) {
  const [prefix] = split(rdf.name);
  return prefix ? `${prefix}:${local}` : local;
}

/** @param {Element} element */
function textOf({ children }) {
  return unescaped(children.filter((child) => typeof child === "string").join("")).trim();
}

/** @param {string} tag */
function folded(tag) {
  return tag.trim().toLowerCase();
}

/** @param {Element} item */
function languageOf({ attributes }) {
  return attributes.find(({ name }) => name === "xml:lang")?.value.toLowerCase() ?? "";
}

/**
 * @param {string} tag  such as en-gb
 * @param {string} language  such as en
 */
function isIn(tag, language) {
  return tag === language || tag.startsWith(`${language}-`);
}
