// Calls of deployed APIs: which route won and why, what went to the integration and what came back.
import { ask, follow } from './api.js';
import { element, button, pairs, pretty, block, setText, setStatus, clockTime } from './elements.js';
import { liveTable } from './table.js';

export function show(main, { rest, signal }) {
  if (rest[0]) return showOne(main, rest[0], signal);
  const table = liveTable('invocations', head(), blank(), write, signal);
  const none = element('p', { class: 'quiet' }, 'No deployed API has been called yet. docs/invoke.md shows how.');
  main.append(none, table.element);
  follow(0, entries => {
    const added = entries.filter(entry => entry.plane === 'invoke');
    if (added.length) none.remove();
    table.add(added);
  }, signal);
}

function head() {
  return element('tr', {},
    ['Time', 'API and stage', 'Call', 'Route'].map(name => element('th', { scope: 'col' }, name)),
    element('th', { scope: 'col', class: 'number' }, 'Status'),
    element('th', { scope: 'col', class: 'number wide' }, 'ms'),
    element('th', { scope: 'col', class: 'wide' }, 'Cause'));
}

function blank() {
  return element('tr', {}, element('td', { class: 'time' }), element('td'), element('td', {}, element('a')), element('td'),
    element('td', { class: 'number' }), element('td', { class: 'number wide' }), element('td', { class: 'wide' }));
}

function write(row, entry) {
  const [time, api, call, route, status, duration, cause] = row.cells;
  row.dataset.id = entry.requestId;
  setText(time, clockTime(entry.time));
  setText(api, `${entry.api ?? 'no API'} ${entry.stage ?? ''}`);
  call.firstChild.href = `#/invocations/${encodeURIComponent(entry.requestId)}`;
  setText(call.firstChild, `${entry.method} ${entry.target}`);
  setText(route, entry.route ?? 'none');
  route.className = entry.route ? '' : 'bad';
  setStatus(status, entry.status);
  setText(duration, entry.durationMs?.toFixed(2) ?? '');
  setText(cause, entry.cause ?? '');
}

async function showOne(main, identifier, signal) {
  let call;
  try {
    call = await ask('GET', `invocations/${encodeURIComponent(identifier)}`, undefined, signal);
  } catch (error) {
    return main.append(element('p', { class: 'problem' }, error.message));
  }
  main.append(
    element('div', { class: 'bar' }, button('Back', () => { location.hash = '#/invocations'; }),
      element('a', { href: `#/requests/${encodeURIComponent(identifier)}` }, 'The request in the journal')),
    element('h2', {}, `${call.method} ${call.target}`),
    pairs([
      ['Status', call.status], ['Cause', call.cause], ['API', call.api], ['Stage', call.stage], ['Path', call.path],
      ['Integration', call.integration], ['Rule', call.fault], ['Time', call.time], ['Request id', call.requestId],
    ]),
    element('h2', {}, 'Route'),
    element('p', { class: call.route ? 'good' : 'bad' }, call.route ? `${call.route} matched` : 'No route matched'),
    element('ul', {}, (call.routes?.others ?? []).map(line => element('li', {}, line))),
    element('h2', {}, 'Times'),
    pairs(Object.entries(call.timings ?? {}).map(([name, value]) => [name.replace(/Ms$/, ''), value === null ? '' : `${value} ms`])),
    ...(call.steps ?? []).flatMap(step => [
      element('h2', {}, `${step.part}: ${step.target}`),
      step.error ? element('p', { class: 'bad' }, step.error) : null,
      element('div', { class: 'columns' }, message('Sent', step.sent), message('Came back', step.received)),
    ].filter(Boolean)),
    element('div', { class: 'columns' }, message('Request of the client', call.request), message('Answer to the client', call.answer)));
}

function message(title, value) {
  if (!value) return element('div', {}, element('h3', {}, title), element('p', { class: 'quiet' }, 'nothing'));
  const { body, bodyBytes, headers, ...rest } = value;
  return element('div', {}, element('h3', {}, title), pairs(Object.entries(rest)),
    pairs(Object.entries(headers ?? {}).map(([name, text]) => [name, Array.isArray(text) ? text.join(', ') : text])),
    body ? block(`Body, ${bodyBytes ?? body.length} bytes`, pretty(body)) : null);
}
