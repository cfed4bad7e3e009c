// The rows of a table that grows at its top while somebody looks at it.
import { element } from './elements.js';

export const rowsMax = 1000;
/** A browser does not lay out a group of rows out of sight, and moves it as one. */
const groupRows = 50;
/** CSS pixels. No row is lower. */
const rowHeightMin = 24;
/** More new rows at once are not marked as new. */
const fewRows = 5;
/** After this time at the latest, the rows out of sight have their entries too. */
const staleMilliseconds = 10_000;

/**
 * A table of the newest `rowsMax` entries, newest first. `blank` is a row without an entry, and `write(row, entry)` makes it the
 * entry's. A click opens `#/view/id` by the `data-id` of its row.
 *
 * Few new entries get new rows. Many at once change the texts of the rows in sight instead, because new rows cost a browser five
 * times as much. The rows out of sight follow before anybody scrolls to them or uses a key. A row that somebody chose, focused
 * or selected stays the row of its entry, and so do all rows behind the top of the page.
 */
export function liveTable(view, head, blank, write, signal) {
  let entries = [];
  let timer = null;
  const table = element('table', {
    class: `live ${view}`,
    onclick: event => {
      const id = event.target.closest('tr')?.dataset.id;
      if (id) location.hash = `#/${view}/${encodeURIComponent(id)}`;
    },
    onanimationend: event => event.target.classList.remove('new'),
  }, element('thead', {}, head), element('tbody'));
  const fresh = table.getElementsByClassName('new');
  const chosen = table.getElementsByClassName('chosen');

  function made(entry) {
    const row = blank.cloneNode(true);
    write(row, entry);
    return row;
  }

  /** Adds rows to the first group, and those for which it has no room to new ones. A row stays in its group, and so keeps the focus. */
  function prepend(added) {
    const room = groupRows - table.tBodies[0].childElementCount;
    const rows = added.map(made);
    table.tBodies[0].prepend(...rows.slice(0, room).reverse());
    for (let place = room; place < rows.length; place += groupRows) {
      table.tHead.after(element('tbody', {}, rows.slice(place, place + groupRows).reverse()));
    }
    return rows;
  }

  /** Removes as many of the oldest rows. */
  function trim(surplus) {
    while (surplus > 0) {
      const last = table.lastElementChild;
      const isWhole = last !== table.tBodies[0] && last.childElementCount <= surplus;
      surplus -= isWhole ? last.childElementCount : 1;
      (isWhole ? last : last.lastElementChild).remove();
    }
  }

  /** Makes the first so many rows those of the newest entries. The first row of the table is its head. */
  function rewrite(count) {
    for (let place = 1; place <= count; place += 1) write(table.rows[place], entries.at(-place));
  }

  function catchUp() {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    rewrite(entries.length);
  }

  function isHeld() {
    const selection = getSelection();
    return chosen.length > 0 || table.contains(document.activeElement)
      || (!selection.isCollapsed && table.contains(selection.anchorNode));
  }

  /** Shows more entries, oldest first. It reads the layout before it changes anything. */
  function add(added) {
    const surplus = entries.length + added.length - rowsMax;
    const areMany = added.length > fewRows || timer !== null;
    const canRewrite = areMany && entries.length === rowsMax && scrollY <= 0 && !isHeld();
    entries = entries.concat(added).slice(-rowsMax);
    if (canRewrite) {
      const inSight = Math.ceil((innerHeight - table.tBodies[0].getBoundingClientRect().top) / rowHeightMin);
      for (const row of [...fresh]) row.classList.remove('new');
      timer ??= setTimeout(catchUp, staleMilliseconds);
      rewrite(Math.min(Math.max(inSight, 1), rowsMax));
    } else if (timer !== null) {
      catchUp();
    } else {
      const rows = prepend(added.slice(-rowsMax));
      if (rows.length <= fewRows) for (const row of rows) row.classList.add('new');
      trim(surplus);
    }
  }

  /** Shows these entries in place of all others. */
  function fill(shown) {
    clearTimeout(timer);
    timer = null;
    entries = shown.slice(-rowsMax);
    for (const group of [...table.tBodies].slice(1)) group.remove();
    table.tBodies[0].replaceChildren();
    prepend(entries);
  }

  const options = { capture: true, passive: true, signal };
  for (const name of ['keydown', 'pointerdown', 'focusin', 'scroll']) document.addEventListener(name, catchUp, options);
  for (const name of ['resize', 'beforeprint']) window.addEventListener(name, catchUp, options);
  signal.addEventListener('abort', () => clearTimeout(timer));
  return { element: table, add, fill, count: () => entries.length };
}
