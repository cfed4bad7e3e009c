// Small makers of elements. Text is always set as text, never as HTML.

/** An element. `properties` are its properties, `dataset` and `class` among them; `children` are nodes or texts. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (key === 'class') made.className = value;
    else if (key === 'dataset') Object.assign(made.dataset, value);
    else if (key.startsWith('aria-') || key === 'role' || key === 'list' || key === 'scope') made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.flat().filter(child => child !== null && child !== undefined));
  return made;
}

/** A button with its action. */
export function button(text, action, properties = {}) {
  return element('button', { type: 'button', onclick: action, ...properties }, text);
}

/** A labelled field. */
export function field(text, input) {
  return element('label', {}, text, input);
}

/** A table of names and values. */
export function pairs(values) {
  const list = element('dl');
  for (const [name, value] of values) {
    if (value === undefined || value === null || value === '') continue;
    list.append(element('dt', {}, name), element('dd', {}, value instanceof Node ? value : String(value)));
  }
  return list;
}

/** JSON with line breaks, or the text as it is. */
export function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

/** A text to read, with a button that copies it. */
export function block(title, text) {
  const copy = button('Copy', async () => {
    await navigator.clipboard.writeText(text);
    copy.textContent = 'Copied';
  });
  return element('section', {}, element('h3', {}, title, ' ', copy), element('pre', { tabIndex: 0 }, text));
}

/** Changes the text of an element that has nothing but text. Returns whether it was another. A browser lays out changed text alone. */
export function setText(node, text) {
  if (!node.firstChild) node.append('');
  const isOther = node.firstChild.data !== text;
  if (isOther) node.firstChild.data = text;
  return isOther;
}

/** The class and the words of a status, so that colour is not the only sign. */
export function setStatus(cell, status) {
  const kind = status >= 500 ? 'server error' : status >= 400 ? 'refused' : '';
  if (!setText(cell, kind ? `✗ ${status}` : String(status ?? 'none'))) return;
  cell.className = 'number ' + (kind || !status ? 'bad' : 'good');
  cell.title = kind;
}

/** `09:14:03.120` in UTC, as the journal has it. */
export function clockTime(time) {
  return time.slice(11, 23);
}
