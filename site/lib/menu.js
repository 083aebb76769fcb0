/** A disclosure that behaves as a menu: it closes on Escape, on a choice, and when something else is used. */

import { find } from "./dom.js";

addEventListener("pointerdown", ({ target }) => {
  for (const menu of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(".menu[open]"))) {
    if (!menu.contains(/** @type {Node} */ (target))) menu.open = false;
  }
});

/** @param {HTMLElement} element  a details.menu */
export function startMenu(element) {
  const menu = /** @type {HTMLDetailsElement} */ (element);
  const summary = find(menu, "summary");
  const close = () => {
    menu.open = false;
    summary.focus();
  };
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    close();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
  });
  // After the button's own listener: what it moves the focus to comes first.
  menu.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element && target.closest(".menu-item"))) return;
    menu.open = false;
    if (document.activeElement === document.body || menu.contains(document.activeElement)) summary.focus();
  });
}
