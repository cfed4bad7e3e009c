// The views of the page, by the address behind the `#`, and the keys.
import { tell } from './api.js';
import * as requests from './requests.js';
import * as calls from './calls.js';
import * as invocations from './invocations.js';
import * as connections from './connections.js';
import * as faults from './faults.js';
import * as resources from './resources.js';
import * as clock from './clock.js';

const views = { requests, calls, invocations, connections, faults, resources, clock };
const main = document.getElementById('main');
let ending = new AbortController();

/** `#/requests/abc?status=429` as its view, the rest of its path, and its parameters. */
function address() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [view, ...rest] = path.split('/').map(decodeURIComponent);
  return { view: views[view] ? view : 'requests', rest, parameters: new URLSearchParams(query) };
}

function show() {
  ending.abort();
  ending = new AbortController();
  const { view, rest, parameters } = address();
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.view === view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${view} · apigatewayv2-local`;
  main.replaceChildren();
  tell('');
  views[view].show(main, { rest, parameters, signal: ending.signal });
}

/** Chooses the row that is `step` further, and brings it into sight. */
function choose(step) {
  const rows = [...main.querySelectorAll('tr[data-id]')];
  if (!rows.length) return;
  const place = rows.findIndex(row => row.classList.contains('chosen'));
  const next = rows[Math.min(Math.max(place + step, 0), rows.length - 1)];
  rows[place]?.classList.remove('chosen');
  next.classList.add('chosen');
  next.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('keydown', event => {
  const isTyping = event.target.matches('input, textarea, select');
  if (event.key === 'Escape') {
    if (isTyping) event.target.blur();
    else if (address().rest.length) history.back();
    return;
  }
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/') {
    event.preventDefault();
    main.querySelector('input[type=search]')?.focus();
  } else if (event.key === 'j') choose(1);
  else if (event.key === 'k') choose(-1);
  else if (event.key === 'Enter' && !event.target.matches('button, a, summary')) main.querySelector('tr.chosen')?.click();
  else if (event.key === '?') document.getElementById('keys').showModal();
});

window.addEventListener('hashchange', show);
show();
