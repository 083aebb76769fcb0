/** An element of XML, which knows its parent: namespaces are looked up there. */

/** @typedef {{name: string, value: string}} Attribute  name with its prefix, value escaped */

export class Element {
  /** @type {Element | null} */
  parent = null;

  /**
   * @param {string} name  with its prefix
   * @param {Attribute[]} attributes
   * @param {(Element | string)[]} children  strings: text, comments and the like, escaped
   */
  constructor(name, attributes = [], children = []) {
    this.name = name;
    this.attributes = attributes;
    this.children = children;
  }

  /** @returns {Element[]} */
  get elements() {
    return this.children.filter((child) => child instanceof Element);
  }

  /** @param {Element} child */
  append(child) {
    child.parent = this;
    this.children.push(child);
    return child;
  }

  remove() {
    const siblings = this.parent?.children ?? [];
    siblings.splice(siblings.indexOf(this), 1);
  }

  /** @returns {string} */
  toString() {
    const head = this.name + this.attributes.map(({ name, value }) => ` ${name}="${value}"`).join("");
    return this.children.length > 0 ? `<${head}>${this.children.join("")}</${this.name}>` : `<${head}/>`;
  }
}
