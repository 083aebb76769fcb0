/** Namespaces of XMP: which name a prefix stands for, and the prefix to write a name with. */

/** @typedef {import("./element.js").Element} Element */

export const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XML = "http://www.w3.org/XML/1998/namespace";

/** @type {Record<string, string>}  what a prefix stands for in files that forget to declare it */
export const KNOWN = {
  aux: "http://ns.adobe.com/exif/1.0/aux/",
  crs: "http://ns.adobe.com/camera-raw-settings/1.0/",
  dc: "http://purl.org/dc/elements/1.1/",
  digiKam: "http://www.digikam.org/ns/1.0/",
  exif: "http://ns.adobe.com/exif/1.0/",
  exifEX: "http://cipa.jp/exif/1.0/",
  GCamera: "http://ns.google.com/photos/1.0/camera/",
  GPano: "http://ns.google.com/photos/1.0/panorama/",
  Iptc4xmpCore: "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
  Iptc4xmpExt: "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
  lr: "http://ns.adobe.com/lightroom/1.0/",
  MicrosoftPhoto: "http://ns.microsoft.com/photo/1.0/",
  pdf: "http://ns.adobe.com/pdf/1.3/",
  photoshop: "http://ns.adobe.com/photoshop/1.0/",
  plus: "http://ns.useplus.org/ldf/xmp/1.0/",
  rdf: RDF,
  stEvt: "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
  stRef: "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
  tiff: "http://ns.adobe.com/tiff/1.0/",
  x: "adobe:ns:meta/",
  xmp: "http://ns.adobe.com/xap/1.0/",
  xmpMM: "http://ns.adobe.com/xap/1.0/mm/",
  xmpRights: "http://ns.adobe.com/xap/1.0/rights/",
};

/**
 * @param {Element | null} element
 * @param {string} prefix  "": of names without one
 * @returns {string | undefined}  the namespace; undefined: none is declared
 */
export function declaredIn(element, prefix) {
  if (prefix === "xml") return XML;
  const name = prefix ? `xmlns:${prefix}` : "xmlns";
  for (let scope = element; scope; scope = scope.parent) {
    const found = scope.attributes.find((attribute) => attribute.name === name);
    if (found) return found.value;
  }
  return undefined;
}

/**
 * @param {Element} element
 * @param {string} namespace
 * @param {string} local
 */
export function isNamed(element, namespace, local) {
  const [prefix, name] = split(element.name);
  return name === local && isSame(declaredIn(element, prefix), namespace);
}

/**
 * @param {Element} element
 * @param {string} namespace
 * @param {string} local
 */
export function attributeOf(element, namespace, local) {
  return element.attributes.find((attribute) => {
    const [prefix, name] = split(attribute.name);
    return prefix && name === local && isSame(declaredIn(element, prefix), namespace);
  });
}

/**
 * The name to write, declared for the element if it is not yet.
 *
 * @param {Element} element
 * @param {string} namespace
 * @param {string} local
 */
export function nameIn(element, namespace, local) {
  const [preferred] = Object.entries(KNOWN).find(([, known]) => known === namespace) ?? ["ns"];
  let prefix = preferred;
  for (let number = 1; ![undefined, namespace].includes(declaredIn(element, prefix)); number += 1) {
    prefix = preferred + number;
  }
  if (declaredIn(element, prefix) === undefined) {
    element.attributes.push({ name: `xmlns:${prefix}`, value: namespace });
  }
  return `${prefix}:${local}`;
}

/**
 * Some programs forget the last slash.
 *
 * @param {string | undefined} declared
 * @param {string} namespace
 */
function isSame(declared, namespace) {
  const plain = (/** @type {string} */ uri) => uri.trim().replace(/[/#]+$/, "").toLowerCase();
  return declared !== undefined && plain(declared) === plain(namespace);
}

/**
 * @param {string} name
 * @returns {[string, string]}  prefix and local name
 */
export function split(name) {
  const colon = name.indexOf(":");
  return colon < 0 ? ["", name] : [name.slice(0, colon), name.slice(colon + 1)];
}
