// The emulator's clock, moved by hand.
import { ask, pause } from './api.js';
import { element, button, field } from './elements.js';

export async function show(main, { signal }) {
  const time = element('p', { 'aria-live': 'off' });
  const outcome = element('p', { class: 'problem', role: 'alert' });
  const amount = element('input', { value: '1m', size: 8, name: 'advance' });
  const date = element('input', { placeholder: '2030-01-01T00:00:00Z', size: 22, name: 'set' });
  const order = body => async () => {
    try {
      outcome.textContent = '';
      tell(await ask('POST', 'clock', typeof body === 'function' ? body() : body));
    } catch (error) {
      outcome.textContent = error.message;
    }
  };

  function tell(clock) {
    time.textContent = `${clock.time}, ${clock.mode === 'manual' ? 'stands until it is moved' : 'runs'}; `
      + `${clock.elapsed} since the start or the last reset`;
  }

  main.append(element('h2', {}, 'Clock'), time, outcome,
    element('div', { class: 'bar' },
      button('Stop', order({ mode: 'manual' })), button('Let it run', order({ mode: 'real' })),
      ['1s', '10s', '1m', '10m', '1h'].map(step => button(`+ ${step}`, order({ advance: step })))),
    element('div', { class: 'bar' },
      field('Let time pass', amount), button('Advance', order(() => ({ advance: amount.value }))),
      field('Date', date), button('Set', order(() => ({ set: date.value })))));
  while (!signal.aborted) {
    if (!document.hidden) {
      await ask('GET', 'clock', undefined, signal).then(tell).catch(error => {
        if (!signal.aborted) outcome.textContent = error.message;
      });
    }
    await pause(1000, signal);
  }
}
