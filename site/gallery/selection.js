/** Which photos are selected, one by one or as ranges. */

export class Selection {
  /** @type {Set<string>} keys */
  #keys = new Set();
  #anchor = "";

  /** @param {string} key */
  has(key) {
    return this.#keys.has(key);
  }

  /**
   * @param {string} key
   * @param {boolean} selected
   * @param {string[]} [range]  all keys in their order, where everything from the last one touched to this one changes
   */
  set(key, selected, range) {
    const [from, to] = [range?.indexOf(this.#anchor) ?? -1, range?.indexOf(key) ?? -1];
    const touched = range && from >= 0 ? range.slice(Math.min(from, to), Math.max(from, to) + 1) : [key];
    for (const one of touched) {
      if (selected) this.#keys.add(one);
      else this.#keys.delete(one);
    }
    this.#anchor = key;
  }

  /** @param {string[]} keys */
  add(keys) {
    keys.forEach((key) => this.#keys.add(key));
  }

  clear() {
    this.#keys.clear();
  }

  /**
   * @param {(key: string) => boolean} keep  others are forgotten
   */
  retain(keep) {
    for (const key of this.#keys) if (!keep(key)) this.#keys.delete(key);
  }
}
