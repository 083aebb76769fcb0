/** Keys that work while the focus is in the list, so that they take nothing away from the rest of the page. */

/** @typedef {import("./window.js").RowWindow} RowWindow */

/**
 * @param {HTMLElement} list
 * @param {RowWindow} rows
 */
export function startKeyboard(list, rows) {
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows.focused;
    const command = COMMANDS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!row || !command) return;
    event.preventDefault();
    command(rows, row);
  });
}

/**
 * @param {RowWindow} rows
 * @param {import("./row.js").Row} row
 * @param {number} step
 * @returns {boolean} whether there was a row to go to
 */
export function walk(rows, row, step) {
  const next = rows.at(rows.placeOf(row.photo.key) + step);
  next?.focusFirst();
  next?.element.scrollIntoView({ block: "nearest" });
  return next !== undefined;
}

/** @type {Record<string, (rows: RowWindow, row: import("./row.js").Row) => void>} */
const COMMANDS = {
  ArrowDown: (rows, row) => walk(rows, row, 1),
  ArrowUp: (rows, row) => walk(rows, row, -1),
  j: (rows, row) => walk(rows, row, 1),
  k: (rows, row) => walk(rows, row, -1),
  e: (_rows, row) => row.edit(),
  a: (_rows, row) => row.accept(),
  f: (_rows, row) => row.toggleFavourite(),
};
