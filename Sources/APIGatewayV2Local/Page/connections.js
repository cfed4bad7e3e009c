// The open connections of WebSocket APIs, and one of them with its messages as they pass.
import { ask, follow, paced, pause } from './api.js';
import { element, button, field, pairs, pretty, clockTime } from './elements.js';

const messagesMax = 500;

export function show(main, { rest, signal }) {
  if (rest[0]) return showOne(main, rest[0], signal);
  const rows = element('tbody');
  const none = element('p', { class: 'quiet' }, 'No client of a WebSocket API is connected. docs/invoke.md shows how.');
  const table = element('table', {},
    element('thead', {}, element('tr', {},
      ['Connected', 'Connection', 'API and stage'].map(name => element('th', { scope: 'col' }, name)),
      ['Received', 'Sent'].map(name => element('th', { scope: 'col', class: 'number' }, name)),
      ['Last message', 'Source', 'Client'].map(name => element('th', { scope: 'col', class: 'wide' }, name)))),
    rows);
  main.append(none, table);
  const refresh = paced(500, signal, async () => {
    const { connections } = await ask('GET', 'connections', undefined, signal);
    none.hidden = connections.length > 0;
    table.hidden = !connections.length;
    rows.replaceChildren(...connections.map(row));
  });
  refreshed(refresh, signal);
  follow(null, entries => { if (entries.some(entry => entry.connectionId)) refresh(); }, signal);
}

/** Calls `refresh` now, and every two seconds for messages that the journal does not have. */
async function refreshed(refresh, signal) {
  refresh();
  while (!signal.aborted) {
    await pause(2000, signal);
    if (!document.hidden) refresh();
  }
}

function row(connection) {
  const address = `#/connections/${encodeURIComponent(connection.connectionId)}`;
  return element('tr', { dataset: { id: connection.connectionId }, onclick: () => { location.hash = address; } },
    element('td', { class: 'time' }, clockTime(connection.connectedAt)),
    element('td', {}, element('a', { href: address }, connection.connectionId)),
    element('td', {}, `${connection.api} ${connection.stage}`),
    element('td', { class: 'number' }, connection.received),
    element('td', { class: 'number' }, connection.sent),
    element('td', { class: 'time wide' }, clockTime(connection.lastActiveAt)),
    element('td', { class: 'wide' }, connection.sourceIp),
    element('td', { class: 'wide' }, connection.userAgent ?? ''));
}

function showOne(main, id, signal) {
  const path = `connections/${encodeURIComponent(id)}`;
  const facts = element('div');
  const outcome = element('p', { role: 'status' });
  const messages = element('tbody');
  const text = element('textarea', { name: 'message', spellcheck: false, class: 'short' });
  const code = element('input', { name: 'code', type: 'number', value: 1000, min: 1000, max: 4999, size: 6 });
  const reason = element('input', { name: 'reason', size: 24, maxLength: 123 });

  async function act(action, done) {
    try {
      await action();
      outcome.className = '';
      outcome.textContent = done;
    } catch (error) {
      outcome.className = 'problem';
      outcome.textContent = error.message;
    }
    refresh();
  }

  function add(time, direction, route, status, ...texts) {
    const shown = texts.filter(Boolean).map(body => element('pre', {}, pretty(body)));
    messages.prepend(element('tr', {},
      element('td', { class: 'time' }, clockTime(time)),
      element('td', {}, direction),
      element('td', {}, route ?? ''),
      element('td', { class: 'number' + (status >= 400 ? ' bad' : '') }, status ?? ''),
      element('td', {}, shown)));
    while (messages.childElementCount > messagesMax) messages.lastElementChild.remove();
  }

  const send = event => {
    event.preventDefault();
    const sent = text.value;
    act(async () => {
      // The body is the message, byte by byte. The type lets a page's request pass.
      await ask('POST', `${path}/messages`, sent, signal);
      add(new Date().toISOString(), 'to the client, by this page', '', undefined, sent);
    }, 'sent');
  };
  const close = event => {
    event.preventDefault();
    const query = new URLSearchParams({ code: code.value, ...(reason.value ? { reason: reason.value } : {}) });
    act(() => ask('DELETE', `${path}?${query}`, undefined, signal), 'closed');
  };
  const refresh = paced(500, signal, async () => {
    const { connections } = await ask('GET', 'connections', undefined, signal);
    const found = connections.find(connection => connection.connectionId === id);
    facts.replaceChildren(found
      ? pairs(Object.entries(found).filter(([name]) => name !== 'connectionId'))
      : element('p', { class: 'bad' }, 'The connection is closed.'));
  });

  main.append(
    element('div', { class: 'bar' }, button('Back', () => { location.hash = '#/connections'; })),
    element('h2', {}, `Connection ${id}`), facts,
    element('form', { onsubmit: send }, field('Message to the client', text), element('button', {}, 'Send')),
    element('form', { class: 'bar', onsubmit: close }, field('Code', code), field('Reason', reason),
      element('button', {}, 'Close the connection')),
    outcome,
    element('h2', {}, 'Messages'),
    element('table', {},
      element('thead', {}, element('tr', {},
        ['Time', 'Direction', 'Route'].map(name => element('th', { scope: 'col' }, name)),
        element('th', { scope: 'col', class: 'number' }, 'Status'),
        element('th', { scope: 'col' }, 'Message and answer'))),
      messages));

  refreshed(refresh, signal);
  // In their order, one after the other.
  let last = Promise.resolve();
  follow(0, entries => {
    const own = entries.filter(entry => entry.connectionId === id);
    if (own.length) refresh();
    for (const entry of own) {
      last = last.then(async () => {
        const whole = await ask('GET', `requests/${encodeURIComponent(entry.requestId)}`, undefined, signal);
        const isOutbound = entry.method === 'POST' && entry.target.includes('@connections');
        add(entry.time, isOutbound ? 'to the client' : 'from the client', entry.route, entry.status, whole.body, whole.answerBody);
      }).catch(error => { if (!signal.aborted) outcome.textContent = error.message; });
    }
  }, signal);
}
