/**
 * The part of a long list that stands in the page: its beginning, and more as the end of that comes near or is asked
 * for. Rows stay where they are, so that neither the focus nor an open editor is lost.
 */

import { find } from "../lib/dom.js";
import { Row } from "./row.js";

/** @typedef {import("../photo.js").Photo} Photo */

const LEAST = 40; // rows, where there are as many photos
const AT_ONCE = 12; // rows added in one frame: more would hold up the page
const AT_THE_END = 48; // in one frame where the end is in view: there is nothing else to be held up
const NEAR = "1000px"; // from the screen, where a row gets its picture
const PICTURES_AT_ONCE = 4; // each holds up the page for a millisecond
const CALM = 50; // ms without a new list before pictures are read: while somebody types, rows come and go

export class RowWindow {
  #list;
  #more;
  #actions;
  /** @type {Photo[]} */
  #photos = [];
  /** @type {Map<string, Row>} those in the page, by the photo's key */
  #rows = new Map();
  #length = AT_ONCE;
  #isEndNear = false;
  #frame = 0;
  /** @type {WeakMap<Element, Row>} */
  #rowOf = new WeakMap();
  #near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      this.#near.unobserve(target);
      this.#wanting.add(target);
      this.#timer ||= setTimeout(() => this.#showPictures(), CALM);
    }
  }, { rootMargin: NEAR });
  /** @type {Set<Element>} rows that are near the screen and have no picture yet */
  #wanting = new Set();
  #timer = 0;
  /** @type {(key: string) => boolean} */
  #isSelected;

  /**
   * @param {HTMLElement} root
   * @param {import("./row.js").RowActions} actions
   * @param {(key: string) => boolean} isSelected
   */
  constructor(root, actions, isSelected) {
    this.#list = find(root, "#rows");
    this.#more = find(root, "#more-rows");
    this.#actions = actions;
    this.#isSelected = isSelected;
    this.#more.addEventListener("click", () => {
      const next = this.#photos[this.#length];
      this.#extend(this.#length + AT_ONCE);
      this.row(next.key)?.focusFirst();
    });
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#isEndNear = isIntersecting;
      this.#fill();
    }, { rootMargin: "600px" }).observe(this.#more);
  }

  /**
   * @param {Photo[]} photos  in their order
   * @param {{restart?: boolean, changed?: Set<string>}} [options]  restart: from the beginning, as after a search;
   *   changed: of the rows that stay, only these are drawn again
   */
  show(photos, { restart = false, changed } = {}) {
    this.#photos = photos;
    if (restart) this.#restart();
    this.#draw(changed);
  }

  #restart() {
    this.#length = AT_ONCE;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#showPictures(), CALM);
  }

  /** @param {string} key */
  row(key) {
    return this.#rows.get(key);
  }

  /** @param {string} key  of a photo whose row is drawn again, if it is in the page */
  update(key) {
    this.#rows.get(key)?.update(this.#isSelected(key));
  }

  updateAll() {
    for (const key of this.#rows.keys()) this.update(key);
  }

  /**
   * @param {number} place
   * @returns {Row | undefined} brought into the page if there is such a photo
   */
  at(place) {
    const photo = this.#photos[place];
    if (photo && place >= this.#length) this.#extend(place + AT_ONCE);
    return photo && this.#rows.get(photo.key);
  }

  /** @param {string} key */
  placeOf(key) {
    return this.#photos.findIndex((photo) => photo.key === key);
  }

  /** @returns {Row | undefined} the one that has the focus */
  get focused() {
    return [...this.#rows.values()].find(({ element }) => element.contains(document.activeElement));
  }

  /** @param {number} length  more than there are: the rows in between are added behind those that stay as they are */
  #extend(length) {
    const from = this.#length;
    this.#length = length;
    this.#photos.slice(from, length).forEach((photo, place) => {
      const row = this.#create(photo, this.#rows.get(photo.key));
      row.update(this.#isSelected(photo.key));
      this.#number(row, from + place);
      this.#list.append(row.element);
    });
    this.#offerMore();
  }

  #offerMore() {
    this.#more.hidden = this.#photos.length <= this.#length;
    this.#fill();
  }

  #showPictures() {
    for (const element of [...this.#wanting].slice(0, PICTURES_AT_ONCE)) {
      this.#wanting.delete(element);
      this.#rowOf.get(element)?.showPicture();
    }
    this.#timer = this.#wanting.size > 0 ? setTimeout(() => this.#showPictures()) : 0;
  }

  /** Brings the rows that are still wanted, some with every frame. */
  #fill() {
    cancelAnimationFrame(this.#frame);
    const wanted = this.#isEndNear ? this.#photos.length : Math.min(LEAST, this.#photos.length);
    if (this.#length >= wanted) return;
    this.#frame = requestAnimationFrame(() => {
      const isAtEnd = this.#isEndNear && this.#more.getBoundingClientRect().top < innerHeight;
      this.#extend(this.#length + (isAtEnd ? AT_THE_END : AT_ONCE));
    });
  }

  /** @param {Set<string>} [changed]  undefined: all */
  #draw(changed) {
    const wanted = this.#photos.slice(0, this.#length);
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      this.#near.unobserve(row.element);
      this.#wanting.delete(row.element);
      row.element.remove();
      this.#rows.delete(key);
    }
    let next = this.#list.firstElementChild;
    wanted.forEach((photo, place) => {
      const known = this.#rows.get(photo.key);
      const row = known?.photo === photo ? known : this.#create(photo, known);
      if (row !== known || !changed || changed.has(photo.key)) row.update(this.#isSelected(photo.key));
      this.#number(row, place);
      if (row.element === next) next = next.nextElementSibling;
      else this.#list.insertBefore(row.element, next);
    });
    this.#offerMore();
  }

  /** @param {Row} row @param {number} place */
  #number(row, place) {
    const [position, size] = [String(place + 1), String(this.#photos.length)];
    if (row.element.ariaPosInSet !== position) row.element.ariaPosInSet = position;
    if (row.element.ariaSetSize !== size) row.element.ariaSetSize = size;
  }

  /**
   * @param {Photo} photo
   * @param {Row | undefined} old  of the same key
   */
  #create(photo, old) {
    old?.element.remove();
    const row = new Row(photo, this.#actions);
    this.#rows.set(photo.key, row);
    this.#rowOf.set(row.element, row);
    this.#near.observe(row.element);
    return row;
  }
}
