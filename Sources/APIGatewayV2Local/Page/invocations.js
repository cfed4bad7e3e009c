// Calls of deployed APIs: which route won and why, what went to the integration and what came back.
import { ask, follow } from './api.js';
import { element, button, pairs, pretty, block, statusCell, clockTime } from './elements.js';

export function show(main, { rest, signal }) {
  if (rest[0]) return showOne(main, rest[0], signal);
  const rows = element('tbody');
  const none = element('p', { class: 'quiet' }, 'No deployed API has been called yet. docs/invoke.md shows how.');
  main.append(none, element('table', {},
    element('thead', {}, element('tr', {},
      ['Time', 'API and stage', 'Call', 'Route'].map(name => element('th', { scope: 'col' }, name)),
      element('th', { scope: 'col', class: 'number' }, 'Status'),
      element('th', { scope: 'col', class: 'number wide' }, 'ms'),
      element('th', { scope: 'col', class: 'wide' }, 'Cause'))),
    rows));
  follow(0, entries => {
    const added = entries.filter(entry => entry.plane === 'invoke').reverse().map(row);
    if (added.length) none.remove();
    rows.prepend(...added);
    while (rows.childElementCount > 1000) rows.lastElementChild.remove();
  }, signal);
}

function row(entry) {
  const address = `#/invocations/${encodeURIComponent(entry.requestId)}`;
  return element('tr', { dataset: { id: entry.requestId }, onclick: () => { location.hash = address; } },
    element('td', { class: 'time' }, clockTime(entry.time)),
    element('td', {}, `${entry.api ?? 'no API'} ${entry.stage ?? ''}`),
    element('td', {}, element('a', { href: address }, `${entry.method} ${entry.target}`)),
    element('td', { class: entry.route ? '' : 'bad' }, entry.route ?? 'none'),
    statusCell(entry.status),
    element('td', { class: 'number wide' }, entry.durationMs?.toFixed(2) ?? ''),
    element('td', { class: 'wide' }, entry.cause ?? ''));
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
