// The admin API of the server that this page comes from.

const manyRows = 20;
/** Less than the time between two samples of the server. */
const manyRowsMilliseconds = 200;

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
 * Calls `take` with all rows since its last call, and with the number of requests that came too fast to be rows. That is at the
 * next frame, or later after many rows, so that many events are one change of the page.
 */
function gathered(take, signal) {
  let rows = [];
  let missed = 0;
  let isWaiting = false;
  let earliest = 0;

  function run() {
    isWaiting = false;
    if (signal.aborted) return;
    const [taken, count] = [rows, missed];
    [rows, missed] = [[], 0];
    earliest = performance.now() + (taken.length > manyRows ? manyRowsMilliseconds : 0);
    take(taken, count);
  }

  return (more, count) => {
    rows.push(...more);
    missed += count;
    if (isWaiting) return;
    isWaiting = true;
    const wait = earliest - performance.now();
    if (wait > 0) setTimeout(() => requestAnimationFrame(run), wait);
    else requestAnimationFrame(run);
  };
}

/**
 * Follows the journal: calls `take` with the rows that are newer than `since`, oldest first, until `signal` ends it. A row
 * has the values of a table. With null there are only rows of later requests. `take` also gets the number of requests that came
 * too fast to be shown.
 * The stream is closed while the page is hidden, and goes on behind its last row.
 */
export function follow(since, take, signal) {
  let stream = null;
  let last = since;
  const show = gathered(take, signal);

  function open() {
    if (stream || document.hidden || signal.aborted) return;
    stream = new EventSource('/__admin/events' + (last === null ? '' : `?since=${last}`));
    stream.addEventListener('open', () => tell('live'));
    stream.addEventListener('requests', event => {
      last = Number(event.lastEventId);
      show(JSON.parse(event.data), 0);
    });
    stream.addEventListener('dropped', event => {
      last = Number(event.lastEventId);
      show([], JSON.parse(event.data).count);
    });
    stream.addEventListener('error', () => {
      tell('the server does not answer; trying again');
      // The browser tries again after a lost connection, and not after a refusal.
      if (stream?.readyState !== EventSource.CLOSED) return;
      close();
      pause(1000, signal).then(open);
    });
  }

  function close() {
    stream?.close();
    stream = null;
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      close();
      tell('');
    } else {
      open();
    }
  }, { signal });
  signal.addEventListener('abort', close);
  open();
}

/**
 * A function that calls `work` at once, and again at most each so many milliseconds, with the values of its last call.
 * A failure of `work` is told in the header of the page.
 */
export function paced(milliseconds, signal, work) {
  let isBusy = false;
  let waiting = null;
  return async function run(...values) {
    waiting = values;
    if (isBusy) return;
    isBusy = true;
    while (waiting && !signal.aborted) {
      const taken = waiting;
      waiting = null;
      try {
        await work(...taken);
      } catch (error) {
        if (!signal.aborted) tell(error.message);
      }
      await pause(milliseconds, signal);
    }
    isBusy = false;
  };
}

export function pause(milliseconds, signal) {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}
