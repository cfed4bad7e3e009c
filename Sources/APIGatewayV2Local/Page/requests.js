// The requests as they come, and one of them in full.
import { ask, follow, paced } from './api.js';
import { element, button, field, pairs, pretty, block, setText, setStatus, clockTime } from './elements.js';
import { liveTable, rowsMax } from './table.js';

const filters = ['plane', 'operation', 'status', 'account', 'fault'];

export function show(main, { rest, parameters, signal }) {
  if (rest[0]) return showOne(main, rest[0], signal);
  let isPaused = false;
  let held = [];
  let missed = 0;
  const bodies = wholeEntries(refill, signal);
  const search = element('input', { type: 'search', value: parameters.get('q') ?? '', placeholder: 'in target, body, route' });
  const inputs = Object.fromEntries(filters.map(name =>
    [name, element('input', { value: parameters.get(name) ?? '', size: 10, name })]));
  const count = element('p', { class: 'quiet', 'aria-live': 'polite' });
  const table = liveTable('requests', head(), blank(), write, signal);
  const pauseButton = button('Pause', () => {
    isPaused = !isPaused;
    pauseButton.textContent = isPaused ? 'Go on' : 'Pause';
    if (!isPaused) refill();
  });
  const clear = button('Clear', async () => {
    await ask('DELETE', 'requests');
    held = [];
    missed = 0;
    refill();
  });
  main.append(
    element('div', { class: 'bar', role: 'search' }, field('Search', search),
      filters.map(name => field(name, inputs[name])), pauseButton, clear),
    count, table.element);

  for (const input of [search, ...Object.values(inputs)]) {
    input.addEventListener('input', () => {
      const chosen = new URLSearchParams();
      if (search.value) chosen.set('q', search.value);
      for (const name of filters) if (inputs[name].value) chosen.set(name, inputs[name].value);
      history.replaceState(null, '', '#/requests' + (chosen.size ? '?' + chosen : ''));
      refill();
    });
  }

  function fits(entry) {
    const text = search.value.toLowerCase();
    const within = [entry.target, entry.operation, entry.route, entry.requestId, entry.cause, ...bodies.of(entry)];
    if (text && !within.some(part => part?.toLowerCase().includes(text))) return false;
    return filters.every(name => {
      const wanted = inputs[name].value.trim().toLowerCase();
      if (!wanted) return true;
      const value = name === 'operation' ? entry.operation ?? entry.route : entry[name];
      return String(value ?? 'none').toLowerCase().startsWith(wanted);
    });
  }

  function refill() {
    bodies.want(search.value ? held : []);
    table.fill(held.filter(fits));
    tellCount();
  }

  function tellCount() {
    setText(count, `${table.count()} of the newest ${held.length} requests`
      + (missed ? `; ${missed} came too fast to be shown` : ''));
  }

  follow(0, (entries, missedCount) => {
    const isFirst = held.length === 0;
    held = held.concat(entries).slice(-rowsMax);
    missed += missedCount;
    if (isPaused) return tellCount();
    if (isFirst) return refill();
    if (search.value) bodies.want(held);
    table.add(entries.filter(fits));
    tellCount();
  }, signal);
  refill();
}

/** The bodies of rows, for the search alone. Rows do not have them, so that they are fetched while somebody searches. */
function wholeEntries(found, signal) {
  const bodies = new Map();
  let newest = 0;
  const fetchAll = paced(1000, signal, async entries => {
    if (!entries.length || entries.at(-1).number <= newest) return;
    const since = Math.max(newest, entries[0].number - 1);
    const { requests } = await ask('GET', `requests?since=${since}&limit=${rowsMax}`, undefined, signal);
    for (const entry of requests) bodies.set(entry.number, [entry.body, entry.answerBody]);
    newest = Math.max(entries.at(-1).number, requests.at(-1)?.number ?? 0);
    for (const number of bodies.keys()) if (number <= newest - rowsMax) bodies.delete(number);
    found();
  });
  return { of: entry => bodies.get(entry.number) ?? [], want: fetchAll };
}

function head() {
  return element('tr', {},
    ['Time', 'Operation or route', 'Target'].map(name => element('th', { scope: 'col' }, name)),
    element('th', { scope: 'col', class: 'number' }, 'Status'),
    element('th', { scope: 'col', class: 'number wide' }, 'ms'),
    ['Rule', 'Attempt', 'Account'].map(name => element('th', { scope: 'col', class: 'wide' }, name)));
}

function blank() {
  return element('tr', {}, element('td', { class: 'time' }), element('td'), element('td', {}, element('a')),
    element('td', { class: 'number' }), element('td', { class: 'number wide' }),
    ['Rule', 'Attempt', 'Account'].map(() => element('td', { class: 'wide' })));
}

function write(row, entry) {
  const [time, operation, target, status, duration, rule, attempt, account] = row.cells;
  row.dataset.id = entry.requestId;
  setText(time, clockTime(entry.time));
  setText(operation, entry.operation ?? entry.route ?? entry.method);
  target.firstChild.href = `#/requests/${encodeURIComponent(entry.requestId)}`;
  setText(target.firstChild, `${entry.method} ${entry.target}`);
  setStatus(status, entry.status);
  setText(duration, entry.durationMs?.toFixed(2) ?? '');
  if (setText(rule, entry.fault ?? '')) rule.classList.toggle('warn', Boolean(entry.fault));
  setText(attempt, String(entry.attempt ?? 1));
  setText(account, entry.account ?? '');
}

async function showOne(main, identifier, signal) {
  let entry;
  try {
    entry = await ask('GET', `requests/${encodeURIComponent(identifier)}`, undefined, signal);
  } catch (error) {
    return main.append(element('p', { class: 'problem' }, error.message));
  }
  const outcome = element('p', { role: 'status' });
  const again = button('Send again', async () => {
    outcome.textContent = 'sending…';
    const started = performance.now();
    try {
      const answer = await fetch(address(entry), request(entry));
      const text = await answer.text();
      const took = (performance.now() - started).toFixed(1);
      outcome.replaceChildren(`${answer.status} after ${took} ms`, element('pre', {}, pretty(text)));
    } catch (error) {
      outcome.textContent = `It could not be sent from this page: ${error.message}`;
    }
  });
  const fail = button('Fail this one next time', async () => {
    try {
      await ask('POST', 'faults', ruleFor(entry));
      location.hash = '#/faults';
    } catch (error) {
      outcome.textContent = error.message;
    }
  });
  main.append(
    element('div', { class: 'bar' }, button('Back', () => { location.hash = '#/requests'; }), again, fail,
      entry.plane === 'invoke'
        ? element('a', { href: `#/invocations/${encodeURIComponent(entry.requestId)}` }, 'Route, integration and times') : null),
    outcome,
    element('h2', {}, `${entry.operation ?? entry.route ?? ''} ${entry.method} ${entry.target}`),
    pairs([
      ['Status', entry.status ?? 'none: the fault let nothing through'], ['Time', entry.time],
      ['Duration', `${entry.durationMs} ms`], ['Rule', entry.fault], ['Cause', entry.cause], ['Attempt', entry.attempt],
      ['Account', entry.account], ['Region', entry.region], ['API', entry.api], ['Stage', entry.stage],
      ['Request id', entry.requestId], ['Connection', `${entry.connection}, ${entry.httpVersion}`],
    ]),
    element('div', { class: 'columns' },
      element('div', {}, element('h2', {}, 'Request'), headers(entry.headers),
        entry.body ? block(`Body, ${entry.bodyBytes} bytes`, pretty(entry.body)) : element('p', { class: 'quiet' }, 'no body'),
        entry.body && pretty(entry.body) !== entry.body ? block('As sent', entry.body) : null),
      element('div', {}, element('h2', {}, 'Answer'),
        entry.answerBody ? block(`Body, ${entry.answerBodyBytes} bytes`, pretty(entry.answerBody))
          : element('p', { class: 'quiet' }, 'no body'),
        entry.answerBody && pretty(entry.answerBody) !== entry.answerBody ? block('As sent', entry.answerBody) : null)),
    block('The same by curl', curl(entry)),
    entry.operation ? block('The same in boto3', boto3(entry)) : element('span'));
}

function headers(values) {
  return pairs(Object.entries(values ?? {}).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
}

/** The path form reaches an API from this page, because a page cannot set Host. */
function address(entry) {
  if (entry.plane !== 'invoke' || !entry.api || entry.target.startsWith('/_aws/')) return entry.target;
  const stage = entry.stage ?? '$default';
  const target = stage !== '$default' && entry.target.startsWith(`/${stage}`) ? entry.target.slice(stage.length + 1) : entry.target;
  return `/_aws/execute-api/${entry.api}/${encodeURIComponent(stage)}${target}`;
}

function request(entry) {
  const kept = Object.entries(entry.headers ?? {})
    .filter(([name]) => ['content-type', 'accept'].includes(name) || name.startsWith('x-'));
  return {
    method: entry.method, headers: Object.fromEntries(kept),
    body: ['GET', 'HEAD'].includes(entry.method) || !entry.body ? undefined : entry.body,
  };
}

function quoted(text) {
  return `'${String(text).replaceAll("'", "'\\''")}'`;
}

function curl(entry) {
  const lines = [`curl -i -X ${entry.method} ${quoted(location.origin + entry.target)}`];
  for (const [name, value] of Object.entries(entry.headers ?? {})) {
    if (['content-length', 'accept-encoding', 'connection', 'user-agent'].includes(name)) continue;
    if (name === 'host' && value === location.host) continue;
    lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (entry.body) lines.push(`--data-binary ${quoted(entry.body)}`);
  return lines.join(' \\\n  ');
}

function boto3(entry) {
  const name = entry.operation.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  const values = { ...parameters(entry.target), ...capitalised(entry.body) };
  const text = Object.entries(values).map(([key, value]) => `    ${key}=${python(value)},\n`).join('');
  return `import boto3\n\nclient = boto3.client("apigatewayv2", endpoint_url="${location.origin}", region_name="${entry.region}")\n`
    + `client.${name}(${text ? '\n' + text : ''})`;
}

/** The identifiers in a path: each stands behind the name of its collection. */
function parameters(target) {
  const names = {
    apis: 'ApiId', integrations: 'IntegrationId', routes: 'RouteId', stages: 'StageName', deployments: 'DeploymentId',
    authorizers: 'AuthorizerId', models: 'ModelId', integrationresponses: 'IntegrationResponseId',
    routeresponses: 'RouteResponseId', domainnames: 'DomainName', apimappings: 'ApiMappingId', vpclinks: 'VpcLinkId',
    tags: 'ResourceArn', routingrules: 'RoutingRuleId',
  };
  const [path] = target.split('?');
  const parts = path.split('/').slice(2).map(decodeURIComponent);
  const found = {};
  parts.forEach((part, place) => { if (names[part] && parts[place + 1]) found[names[part]] = parts[place + 1]; });
  return found;
}

function capitalised(body) {
  try {
    const members = JSON.parse(body);
    return Object.fromEntries(Object.entries(members).map(([name, value]) => [name[0].toUpperCase() + name.slice(1), value]));
  } catch {
    return {};
  }
}

function python(value) {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${python(inner)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}

function ruleFor(entry) {
  const name = `fail-once-${Date.now().toString(36)}`;
  if (entry.plane === 'invoke') {
    const match = { plane: 'invoke', api: entry.api };
    if (entry.route) match.route = entry.route;
    return { name, match, when: { first: 1 }, then: { error: 'throttled' } };
  }
  const [path] = entry.target.split('?');
  return { name, match: { operation: entry.operation, path }, when: { first: 1 }, then: { error: 'TooManyRequestsException' } };
}

