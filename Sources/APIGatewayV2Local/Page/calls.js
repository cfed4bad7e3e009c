// Logical calls as a time line, and a picture of the last minutes.
import { ask, follow, paced } from './api.js';
import { element, clockTime } from './elements.js';

const callsMax = 200;
const seconds = 180;

export function show(main, { signal }) {
  const chart = element('div');
  const rows = element('tbody');
  main.append(
    element('h2', {}, `Requests per second, last ${seconds / 60} minutes`), chart,
    element('h2', {}, 'Calls and their attempts'),
    element('table', {},
      element('thead', {}, element('tr', {},
        ['Time', 'Operation', 'Outcome', 'Attempts and pauses'].map(name => element('th', { scope: 'col' }, name)))),
      rows));
  const counts = new Map();
  let newest = 0;

  // The server looks through the whole journal for the calls, so that it is asked at most once a second.
  const refresh = paced(1000, signal, async () => {
    const { calls } = await ask('GET', `calls?limit=${callsMax}`, undefined, signal);
    rows.replaceChildren(...calls.reverse().map(row));
  });

  const draw = paced(1000, signal, async () => chart.replaceChildren(picture(counts, newest)));

  follow(0, entries => {
    for (const entry of entries) {
      const second = Math.floor(Date.parse(entry.time) / 1000);
      const count = counts.get(second) ?? { ok: 0, error: 0 };
      count[(entry.status ?? 599) >= 400 ? 'error' : 'ok'] += 1;
      counts.set(second, count);
    }
    newest = Math.max(newest, ...counts.keys());
    for (const second of counts.keys()) if (second < newest - seconds) counts.delete(second);
    draw();
    refresh();
  }, signal);
  chart.replaceChildren(picture(counts, newest));
  refresh();
}

function row(call) {
  const first = call.attempts[0];
  return element('tr', {},
    element('td', { class: 'time' }, clockTime(first.time)),
    element('td', {}, call.operation ?? call.route ?? 'unknown'),
    element('td', { class: call.outcome === 'succeeded' ? 'good' : 'bad' }, call.outcome),
    element('td', {}, line(call.attempts), words(call.attempts)));
}

/** Attempts as bars, at their places in the time of the call. */
function line(attempts) {
  const starts = attempts.map(attempt => Date.parse(attempt.time));
  const end = Math.max(...attempts.map((attempt, place) => starts[place] + (attempt.durationMs ?? 0)));
  const whole = Math.max(end - starts[0], 1);
  const made = element('div', { class: 'line', role: 'img', 'aria-label': `${attempts.length} attempts in ${whole.toFixed(0)} ms` });
  attempts.forEach((attempt, place) => {
    const bar = element('span', { class: (attempt.status ?? 599) >= 400 ? 'failed' : '', title: `${attempt.status ?? 'none'}` });
    bar.style.left = `${(starts[place] - starts[0]) / whole * 97}%`;
    bar.style.width = `${(attempt.durationMs ?? 0) / whole * 97}%`;
    made.append(bar);
  });
  return made;
}

/** `429 · 651 ms · 429 · 1827 ms · 404`, each attempt a link. */
function words(attempts) {
  const list = element('span', { class: 'quiet' });
  attempts.forEach((attempt, place) => {
    if (place > 0) list.append(` · ${attempt.gapMs?.toFixed(0) ?? '?'} ms · `);
    list.append(element('a', { href: `#/requests/${encodeURIComponent(attempt.requestId)}` }, String(attempt.status ?? 'none')));
  });
  return list;
}

function picture(counts, newest) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const highest = Math.max(1, ...[...counts.values()].map(count => count.ok + count.error));
  const errors = [...counts.values()].reduce((sum, count) => sum + count.error, 0);
  svg.setAttribute('viewBox', `0 0 ${seconds} 64`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('class', 'chart');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `at most ${highest} requests in a second, ${errors} refused or failed`);
  for (const [second, count] of counts) {
    const x = seconds - 1 - (newest - second);
    let top = 64;
    for (const kind of ['ok', 'error']) {
      const height = count[kind] / highest * 62;
      const bar = document.createElementNS(space, 'rect');
      top -= height;
      for (const [name, value] of Object.entries({ x, y: top, width: 0.9, height, class: kind })) bar.setAttribute(name, value);
      svg.append(bar);
    }
  }
  return svg;
}
