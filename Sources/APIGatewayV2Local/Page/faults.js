// The fault rules in their order: counts, editing, and a form for the common case.
import { ask, pause } from './api.js';
import { element, button, field } from './elements.js';

const errors = {
  TooManyRequestsException: { error: 'TooManyRequestsException' },
  NotFoundException: { error: 'NotFoundException' },
  ConflictException: { error: 'ConflictException' },
  'status 500': { status: 500 },
  'status 503': { status: 503 },
  'connection reset': { connection: 'reset' },
};

export async function show(main, { signal }) {
  const rows = element('tbody');
  const outcome = element('p', { class: 'problem', role: 'alert' });
  const editor = element('section');
  const operations = element('datalist', { id: 'operations' });
  main.append(form(outcome, refresh), operations, outcome,
    element('table', {},
      element('thead', {}, element('tr', {},
        ['On', 'Name', 'Match'].map(name => element('th', { scope: 'col' }, name)),
        element('th', { scope: 'col', class: 'wide' }, 'When'), element('th', { scope: 'col' }, 'Then'),
        element('th', { scope: 'col', class: 'number wide' }, 'Matched'),
        element('th', { scope: 'col', class: 'number' }, 'Fired'),
        element('th', { scope: 'col' }, 'Actions'))),
      rows),
    editor);

  function row(rule) {
    const { name, enabled = true, match, when, then, matched, fired } = rule;
    const place = `faults/${encodeURIComponent(name)}`;
    const toggle = element('input', {
      type: 'checkbox', checked: enabled, 'aria-label': `Rule ${name} is on`,
      onchange: () => act(() => ask('PATCH', place, { enabled: toggle.checked })),
    });
    const remove = button('Delete', () => act(() => ask('DELETE', place)));
    const edit = button('Edit', () => {
      const text = element('textarea', { value: JSON.stringify({ name, enabled, match, when, then }, null, 2), spellcheck: false });
      const problem = element('p', { class: 'problem', role: 'alert' });
      const save = button('Save', async () => {
        try {
          await ask('PUT', place, text.value);
          editor.replaceChildren();
          refresh();
        } catch (error) {
          problem.textContent = error.message;
        }
      });
      editor.replaceChildren(element('h2', {}, name), field(`Rule ${name} as JSON`, text), problem, save,
        button('Cancel', () => editor.replaceChildren()));
      text.focus();
    });
    return element('tr', { class: enabled ? '' : 'off' },
      element('td', {}, toggle),
      element('td', {}, name, enabled ? null : ' (off)'),
      [match, when, then].map(part =>
        element('td', { class: part === when ? 'wide' : '' }, part ? JSON.stringify(part) : '')),
      element('td', { class: 'number wide' }, matched),
      element('td', { class: 'number' + (fired ? ' warn' : '') }, fired),
      element('td', {}, edit, ' ', remove));
  }

  async function act(action) {
    try {
      outcome.textContent = '';
      await action();
      await refresh();
    } catch (error) {
      outcome.textContent = error.message;
    }
  }

  async function refresh() {
    const { rules } = await ask('GET', 'faults', undefined, signal);
    rows.replaceChildren(...(rules.length ? rules.map(row)
      : [element('tr', {}, element('td', { colSpan: 8, class: 'quiet' }, 'No rules: every request is answered as the service would.'))]));
  }

  const list = await ask('GET', 'operations', undefined, signal).catch(() => null);
  operations.append(...(list?.operations ?? []).map(operation => element('option', { value: operation.name })));
  while (!signal.aborted) {
    if (!document.hidden) await act(async () => {});
    await pause(2000, signal);
  }
}

function form(outcome, refresh) {
  const operation = element('input', { name: 'operation', list: 'operations', placeholder: 'GetIntegration', required: true });
  const error = element('select', { name: 'error' }, Object.keys(errors).map(name => element('option', {}, name)));
  const times = element('input', { name: 'times', type: 'number', min: 1, max: 1000000000, value: 1, size: 6 });
  const delay = element('input', { name: 'delay', placeholder: '500ms', size: 6 });
  const add = async event => {
    event.preventDefault();
    const then = { ...errors[error.value] };
    if (delay.value) then.delay = delay.value;
    const rule = {
      name: `${operation.value.toLowerCase()}-${Date.now().toString(36)}`,
      match: { operation: operation.value }, when: { first: Number(times.value) }, then,
    };
    try {
      outcome.textContent = '';
      await ask('POST', 'faults', rule);
      await refresh();
    } catch (problem) {
      outcome.textContent = problem.message;
    }
  };
  return element('form', { class: 'bar', onsubmit: add },
    field('Operation', operation), field('Answers', error), field('How often', times), field('Delay', delay),
    element('button', {}, 'Add rule'));
}
