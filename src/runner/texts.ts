import type { Text } from './boot-texts.ts';

/** Snippets once the runtime is there. `%s` is replaced. */
export const snippetTexts = {
  stop: { es: 'Detener', en: 'Stop' },
  cancel: { es: 'Cancelar', en: 'Cancel' },
  save: { es: 'Guardar', en: 'Save' },
  restore: { es: 'Original', en: 'Original' },
  undo: { es: 'Deshacer', en: 'Undo' },
  reset: { es: 'Restablecer', en: 'Reset' },
  session: { es: 'Sesión de la página', en: 'Session of the page' },
  editing: { es: 'Comandos del paso %s', en: 'Commands of step %s' },
  editingFile: { es: 'Contenido de %s', en: 'Content of %s' },
  editKeys: { es: 'Ctrl+Intro ejecuta, Esc cancela', en: 'Ctrl+Enter runs, Esc cancels' },
  editFileKeys: { es: 'Ctrl+Intro guarda, Esc cancela', en: 'Ctrl+Enter saves, Esc cancels' },
  edited: { es: 'Editado', en: 'Edited' },
  running: { es: 'Ejecutando…', en: 'Running…' },
  queued: { es: 'Espera a que termine el anterior…', en: 'Waiting for the previous one to end…' },
  waits: {
    es: 'Espera a que se teclee algo: detenlo, o ejecútalo en la terminal de abajo',
    en: 'It waits for the keyboard: stop it, or run it in the terminal below',
  },
  done: { es: 'Hecho', en: 'Done' },
  exit: { es: 'salida %s', en: 'exit %s' },
  unexpected: { es: 'Terminó con %s; aquí se esperaba %s', en: 'Ended with %s; %s was expected here' },
  written: {
    es: '%s escrito en el directorio de la sesión',
    en: '%s written into the directory of the session',
  },
  earlierOne: { es: 'Antes se ejecutó 1 paso anterior', en: 'Ran 1 earlier step first' },
  earlierMany: { es: 'Antes se ejecutaron %s pasos anteriores', en: 'Ran %s earlier steps first' },
  inTerminal: { es: 'Se ejecutó en la terminal', en: 'Ran in the terminal' },
  terminalBusy: {
    es: 'La terminal está ocupada con un comando: termínalo (exit o Ctrl-C) y vuelve a pulsar Ejecutar.',
    en: 'The terminal is busy with a command: end it (exit or Ctrl-C) and press Run again.',
  },
  undone: { es: 'Deshecho: %s', en: 'Undone: %s' },
  undoneStep: { es: 'paso %s', en: 'step %s' },
  resetDone: { es: 'La sesión vuelve a estar como al principio', en: 'The session is as at the start again' },
  passing: { es: '⏩ %s de tiempo del motor', en: '⏩ %s of engine time' },
  flood: {
    es: 'Detenido: más de %s MB de salida',
    en: 'Stopped: more than %s MB of output',
  },
  dropped: { es: '… %s líneas anteriores …', en: '… %s earlier lines …' },
  killed: {
    es: 'No respondía: se detuvo y la sesión se rehízo sin este comando',
    en: 'It did not answer: it was stopped, and the session was rebuilt without this command',
  },
  failed: { es: 'Fallo del simulador: %s', en: 'The simulator failed: %s' },
} satisfies Record<string, Text>;

/** The terminal. */
export const terminalTexts = {
  region: { es: 'Terminal', en: 'Terminal' },
  log: { es: 'Salida de la terminal', en: 'Terminal output' },
  input: { es: 'Entrada de la terminal', en: 'Terminal input' },
  close: { es: 'Cerrar', en: 'Close' },
  detach: { es: 'Desacoplar', en: 'Detach' },
  help: { es: 'Esc sale de la terminal', en: 'Esc leaves the terminal' },
  loading: { es: 'Arrancando…', en: 'Starting…' },
  busy: {
    es: 'Un paso de la página se está ejecutando; espera a que termine.',
    en: 'A step of the page is running; wait until it ends.',
  },
  prepared: { es: 'Preparado antes: %s', en: 'Prepared first: %s' },
  search: { es: "(búsqueda) '%s'", en: "(search) '%s'" },
  searchNone: { es: "(no está) '%s'", en: "(not found) '%s'" },
  candidates: { es: '%s posibilidades:', en: '%s candidates:' },
  noCandidates: { es: 'Nada que completar', en: 'Nothing to complete' },
} satisfies Record<string, Text>;

/** A text with its `%s` filled in, one after the other: `fill('%s of %s', 1, 2) ⇒ '1 of 2'`. */
export function fill(text: string, ...values: readonly (string | number)[]): string {
  let next = 0;
  return text.replaceAll('%s', () => String(values[next++] ?? ''));
}
