// The admin API of the server that this page comes from.

/** A refusal of the admin API, with a line for each mistake. */
export class Refusal extends Error {}

/** The JSON of an answer, or null. Throws `Refusal` for a status of 400 and more. */
export async function ask(method, path, body, signal) {
  const options = { method, signal, headers: {} };
  if (body !== undefined) {
    options.body = typeof body === 'string' ? body : JSON.stringify(body);
    options.headers['Content-Type'] = 'application/json';
  }
  const answer = await fetch('/__admin/' + path, options);
  const text = await answer.text();
  const json = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Refusal(refusalText(json, answer.status));
  return json;
}

function refusalText(json, status) {
  const lines = (json?.errors ?? []).map(problem => {
    const place = problem.line ? `line ${problem.line}, column ${problem.column}: ` : '';
    const path = problem.path ? `${problem.path}: ` : '';
    const nearest = problem.suggestion ? `; did you mean ${problem.suggestion}?` : '';
    return problem.message ?? `${place}${path}found ${problem.found}, expected ${problem.expected}${nearest}`;
  });
  return [json?.message ?? `status ${status}`, ...lines].join('\n');
}

/** Tells of the connection to the server in the header of the page. */
export function tell(text) {
  const state = document.getElementById('state');
  if (state.textContent !== text) state.textContent = text;
}

/**
 * Follows the journal: calls `take` with the entries that are newer than `since`, oldest first, until `signal` ends it.
 * Rests while the page is hidden, and at least 150 ms between two answers, so that many requests come in one batch.
 */
export async function follow(since, take, signal) {
  while (!signal.aborted) {
    try {
      if (document.hidden) await shown(signal);
      const { requests } = await ask('GET', `requests?since=${since}&wait=20s&limit=1000`, undefined, signal);
      tell('live');
      if (requests.length) {
        since = requests.at(-1).number;
        take(requests);
      }
      await pause(150, signal);
    } catch (error) {
      if (signal.aborted) return;
      tell('the server does not answer; trying again');
      await pause(1000, signal);
    }
  }
}

function shown(signal) {
  return new Promise(resolve => {
    const done = () => { if (!document.hidden || signal.aborted) resolve(); };
    document.addEventListener('visibilitychange', done, { signal });
    signal.addEventListener('abort', done);
  });
}

export function pause(milliseconds, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => { clearTimeout(timer); resolve(); });
  });
}
