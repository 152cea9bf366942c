import type { Locale } from './boot-texts.ts';
import { action, el } from './dom.ts';
import { snippetTexts, terminalTexts } from './texts.ts';

/** The elements of a terminal. */
export interface TerminalParts {
  readonly frame: HTMLElement;
  readonly state: HTMLElement;
  readonly scroller: HTMLElement;
  readonly rows: HTMLElement;
  readonly prompt: HTMLElement;
  readonly input: HTMLTextAreaElement;
  readonly candidates: HTMLElement;
  readonly probe: HTMLElement;
  readonly undo: HTMLButtonElement;
  readonly reset: HTMLButtonElement;
  readonly interrupt: HTMLButtonElement;
  readonly detach: HTMLButtonElement;
  readonly close: HTMLButtonElement;
}

export interface TerminalActions {
  undo(): void;
  reset(): void;
  interrupt(): void;
  detach(): void;
  close(): void;
}

/** Characters of the probe that tells how wide one is. */
export const PROBE = 50;

/** Builds the elements. The place to type stands where the cursor is: after the last line of what was printed. */
export function buildTerminal(locale: Locale, actions: TerminalActions): TerminalParts {
  const texts = terminalTexts;
  const state = el('span', { className: 'terminal-state', role: 'status' });
  const rows = el('div', { className: 'terminal-rows', role: 'log', ariaLabel: texts.log[locale] });
  const prompt = el('span', { className: 'terminal-prompt' });
  const input = el('textarea', {
    className: 'terminal-field',
    rows: 1,
    ariaLabel: texts.input[locale],
    spellcheck: false,
    autocapitalize: 'off',
    autocomplete: 'off',
  });
  input.setAttribute('autocorrect', 'off');
  input.enterKeyHint = 'send';
  const candidates = el('div', { className: 'terminal-candidates', role: 'status' });
  const probe = el('span', { className: 'terminal-probe', ariaHidden: 'true' }, 'M'.repeat(PROBE));
  const line = el('div', { className: 'terminal-input' }, prompt, input);
  const scroller = el('div', { className: 'terminal-log' }, rows, line, candidates, probe);
  const interrupt = action('interrupt', 'Ctrl-C', actions.interrupt);
  const detach = action('detach', texts.detach[locale], actions.detach);
  const undo = action('undo', snippetTexts.undo[locale], actions.undo);
  const reset = action('reset', snippetTexts.reset[locale], actions.reset);
  const close = action('close', texts.close[locale], actions.close);
  interrupt.hidden = true;
  detach.hidden = true;
  undo.disabled = true;
  const bar = el(
    'div',
    { className: 'terminal-bar' },
    el('span', { className: 'terminal-help' }, texts.help[locale]),
    state,
    el('span', { className: 'terminal-actions' }, interrupt, detach, undo, reset, close),
  );
  const frame = el('section', { className: 'terminal', ariaLabel: texts.region[locale] }, bar, scroller);
  return {
    frame,
    state,
    scroller,
    rows,
    prompt,
    input,
    candidates,
    probe,
    undo,
    reset,
    interrupt,
    detach,
    close,
  };
}
