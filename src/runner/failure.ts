/** Says at what was pressed that the script behind it could not be loaded. The search leads to its page instead. */
export function sayFailed(pressed: Element): void {
  const link = pressed.closest('a');
  if (link) location.assign(link.href);
  const place =
    pressed.closest('run-snippet')?.querySelector('[data-status]') ??
    pressed.closest('muelle-terminal button');
  const said = document.querySelector<HTMLElement>('[data-failed]')?.dataset['failed'];
  if (place && said) place.textContent = said;
}
