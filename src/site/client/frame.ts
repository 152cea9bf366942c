/**
 * All the script that a page loads before the reader acts. The first act – a pointer over anything, a focus, a key, a
 * scroll – brings the rest (`acts.ts`). Nothing is lost meanwhile: clicks and keys that the rest answers are given to it
 * again when it has come.
 */
import { sayFailed } from '../../runner/failure.ts';
import { shortcutOf } from '../../runner/shortcuts.ts';

const waiting = new AbortController();
let acts: Promise<void> | undefined;

function load(): Promise<void> {
  acts ??= import('./acts.ts').then(() => waiting.abort());
  return acts;
}

/** Is this a click or a key that only `acts.ts` can answer? */
function isHeld(event: Event): boolean {
  if (event instanceof KeyboardEvent) return shortcutOf(event) !== undefined;
  const { type, target, ctrlKey, metaKey, shiftKey } = event as MouseEvent;
  const isPlain = type === 'click' && !(ctrlKey || metaKey || shiftKey);
  return isPlain && target instanceof Element && target.closest('[data-action]') !== null;
}

function onAct(event: Event): void {
  const { type, target } = event;
  const held = isHeld(event);
  if (held) event.preventDefault();
  load().then(
    () => {
      // An event is a dictionary of its own properties: this makes its twin.
      if (held || !/click|key/.test(type))
        target?.dispatchEvent(new (event.constructor as typeof Event)(type, event));
    },
    () => {
      acts = undefined;
      if (held && target instanceof Element) sayFailed(target);
    },
  );
}

for (const type of ['pointerover', 'focusin', 'scroll', 'click', 'keydown'])
  document.addEventListener(type, onAct, { signal: waiting.signal });

const themeButton = document.querySelector<HTMLElement>('[data-action="theme"]');
const { theme } = document.documentElement.dataset;
if (theme && themeButton) themeButton.ariaLabel = themeButton.dataset[theme] ?? null;

const searchKeys = document.querySelector('[data-action="search"] kbd');
if (searchKeys && /Mac|iP(hone|ad)/.test(navigator.userAgent)) searchKeys.textContent = '⌘ K';

try {
  // Something was run in this tab, perhaps on this page: that comes back (`src/runner/boot.ts`).
  if (sessionStorage.length > 0) void load();
} catch {
  // No storage, nothing to bring back.
}
