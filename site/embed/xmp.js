/**
 * An XMP packet that carries a description: dc:description, which most programs show, and Iptc4xmpCore's
 * AltTextAccessibility (IPTC Photo Metadata Standard 2021.1), which is for people who cannot see the photo.
 */

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const FIELDS = [
  { namespace: "http://purl.org/dc/elements/1.1/", prefix: "dc", name: "description" },
  { namespace: "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", prefix: "Iptc4xmpCore", name: "AltTextAccessibility" },
];
const EMPTY = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${RDF}"><rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>`;

/**
 * @param {Uint8Array | null} packet  the photo's own, whose other fields and languages are kept
 * @param {string} words
 * @param {string} language  of the words
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function withDescription(packet, words, language) {
  const document = parse(packet);
  const rdf = /** @type {Element} */ (document.getElementsByTagNameNS(RDF, "RDF")[0]);
  const target = rdf.getElementsByTagNameNS(RDF, "Description")[0] ?? rdf.appendChild(createElement(document, "Description"));
  for (const { namespace, prefix, name } of FIELDS) {
    for (const block of rdf.getElementsByTagNameNS(RDF, "Description")) block.removeAttributeNS(namespace, name);
    const field =
      rdf.getElementsByTagNameNS(namespace, name)[0] ??
      target.appendChild(document.createElementNS(namespace, `${prefix}:${name}`));
    setText(field, words, language);
  }
  const xml = new XMLSerializer().serializeToString(document.documentElement);
  return new TextEncoder().encode(
    `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>${xml}<?xpacket end="w"?>`,
  );
}

/**
 * @param {Uint8Array | null} packet
 * @returns {Document} always with an rdf:RDF; an empty one for a packet that cannot be parsed
 */
function parse(packet) {
  const parser = new DOMParser();
  if (packet) {
    const xml = new TextDecoder().decode(packet).replace(/\0+$/, "").trim();
    const document = parser.parseFromString(xml, "application/xml");
    if (!document.querySelector("parsererror") && document.getElementsByTagNameNS(RDF, "RDF")[0]) return document;
  }
  return parser.parseFromString(EMPTY, "application/xml");
}

/**
 * Sets the default of a field that holds one text in many languages, and what it has in the language of the words:
 * programs that look for that language would show the old text.
 *
 * @param {Element} field
 * @param {string} words
 * @param {string} language
 */
function setText(field, words, language) {
  const document = field.ownerDocument;
  const languages = field.getElementsByTagNameNS(RDF, "Alt")[0] ?? createElement(document, "Alt");
  if (languages.parentNode !== field) field.replaceChildren(languages);
  const items = [...languages.getElementsByTagNameNS(RDF, "li")];
  const item = items.find((item) => languageOf(item) === "x-default") ?? createElement(document, "li");
  item.setAttributeNS("http://www.w3.org/XML/1998/namespace", "xml:lang", "x-default");
  for (const changed of [item, ...items.filter((item) => isIn(languageOf(item), language))]) {
    changed.textContent = words.replace(/\p{Cc}+/gu, " "); // XML has no place for control characters
  }
  languages.prepend(item);
}

/** @param {Element} item */
function languageOf(item) {
  return item.getAttribute("xml:lang")?.toLowerCase() ?? "";
}

/**
 * @param {string} tag  such as en-gb
 * @param {string} language  such as en
 */
function isIn(tag, language) {
  return tag === language || tag.startsWith(`${language}-`);
}

/**
 * @param {Document} document
 * @param {string} name
 */
function createElement(document, name) {
  const prefix = document.getElementsByTagNameNS(RDF, "RDF")[0].prefix ?? "rdf";
  const element = document.createElementNS(RDF, `${prefix}:${name}`);
  if (name === "Description") element.setAttributeNS(RDF, `${prefix}:about`, "");
  return element;
}
