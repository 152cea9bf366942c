import type { Locale } from './locales.ts';

/** One text in every language; leaving one out is a type error. */
export type Text = Record<Locale, string>;

/** The frame: header, navigation, foot. */
export const frameTexts = {
  siteName: { es: 'Muelle', en: 'Muelle' },
  tagline: { es: 'Apuntes de Docker que se ejecutan', en: 'Docker notes that run' },
  skip: { es: 'Saltar al contenido', en: 'Skip to content' },
  menu: { es: 'Menú', en: 'Menu' },
  navigation: { es: 'Páginas', en: 'Pages' },
  onThisPage: { es: 'En esta página', en: 'On this page' },
  search: { es: 'Buscar', en: 'Search' },
  language: { es: 'Idioma', en: 'Language' },
  theme: { es: 'Tema', en: 'Theme' },
  themeSystem: { es: 'el del sistema', en: 'system' },
  themeLight: { es: 'claro', en: 'light' },
  themeDark: { es: 'oscuro', en: 'dark' },
  previous: { es: 'Anterior', en: 'Previous' },
  next: { es: 'Siguiente', en: 'Next' },
  pager: { es: 'Página anterior y siguiente', en: 'Previous and next page' },
  edit: { es: 'Editar esta página', en: 'Edit this page' },
  copyPage: { es: 'Copiar como Markdown', en: 'Copy as Markdown' },
  sources: { es: 'De qué apuntes sale esta página', en: 'The notes this page draws on' },
  sourceNote: { es: 'Apunte', en: 'Note' },
  sourceLines: { es: 'líneas', en: 'lines' },
  source: { es: 'Código fuente', en: 'Source code' },
  simulated: {
    es: 'Los comandos se ejecutan en un Docker simulado dentro de esta pestaña: nada se instala ni sale de tu equipo.',
    en: 'Commands run in a simulated Docker inside this tab: nothing is installed and nothing leaves your machine.',
  },
} satisfies Record<string, Text>;

/** Headings of the navigation; the keys are the values of `group` in the frontmatter, in reading order. */
export const groupTexts = {
  home: { es: 'Inicio', en: 'Home' },
  fundamentals: { es: 'Fundamentos', en: 'Fundamentals' },
  containers: { es: 'Contenedores', en: 'Containers' },
  images: { es: 'Imágenes', en: 'Images' },
  dockerfile: { es: 'Dockerfile', en: 'Dockerfile' },
  data: { es: 'Datos', en: 'Data' },
  networking: { es: 'Redes', en: 'Networking' },
  compose: { es: 'Compose y orquestación', en: 'Compose and orchestration' },
  projects: { es: 'Proyectos', en: 'Projects' },
  cheatsheets: { es: 'Chuletas', en: 'Cheat sheets' },
  reference: { es: 'Referencia', en: 'Reference' },
} satisfies Record<string, Text>;

/** Labels of the remarks inside a page. */
export const asideTexts = {
  note: { es: 'Nota', en: 'Note' },
  warning: { es: 'Cuidado', en: 'Warning' },
  legacy: { es: 'Antiguo', en: 'Legacy' },
} satisfies Record<string, Text>;

/** The search dialog and the search page; also used in the browser, so kept apart from the rest. */
export const searchTexts = {
  title: { es: 'Buscar', en: 'Search' },
  description: {
    es: 'Busca comandos, opciones y explicaciones en todas las páginas de Muelle.',
    en: 'Search commands, options and explanations in all the pages of Muelle.',
  },
  label: { es: 'Buscar en Muelle', en: 'Search Muelle' },
  placeholder: { es: 'docker run, --rm, volumen…', en: 'docker run, --rm, volume…' },
  close: { es: 'Cerrar', en: 'Close' },
  loading: { es: 'Buscando…', en: 'Searching…' },
  none: { es: 'Nada encontrado para «%s».', en: 'Nothing found for “%s”.' },
  one: { es: '1 página', en: '1 page' },
  many: { es: '%s páginas', en: '%s pages' },
  someCommands: { es: '%s comandos', en: '%s commands' },
  commands: { es: 'Comandos', en: 'Commands' },
  pages: { es: 'Páginas', en: 'Pages' },
  failed: {
    es: 'No se pudo cargar el buscador. Prueba a recargar la página.',
    en: 'The search could not be loaded. Try reloading the page.',
  },
  noScript: {
    es: 'El buscador necesita JavaScript. Sin él, el menú de páginas lleva a todas partes.',
    en: 'Search needs JavaScript. Without it, the list of pages leads everywhere.',
  },
  keys: { es: '↑ ↓ para moverse, ↵ para abrir, Esc para cerrar', en: '↑ ↓ to move, ↵ to open, Esc to close' },
} satisfies Record<string, Text>;

/** The page with the full terminal. */
export const playgroundTexts = {
  title: { es: 'Terminal', en: 'Playground' },
  description: {
    es: 'Una terminal completa con un Docker Engine simulado: prueba cualquier comando sin instalar nada.',
    en: 'A full terminal with a simulated Docker Engine: try any command without installing anything.',
  },
  lead: {
    es: 'Aquí hay una shell y un Docker Engine de prácticas. Escribe cualquier comando: lo peor que puede pasar es que pulses «Restablecer».',
    en: 'Here are a shell and a practice Docker Engine. Type any command: the worst that can happen is that you press “Reset”.',
  },
  terminalLabel: { es: 'Terminal con Docker', en: 'Terminal with Docker' },
  noScript: {
    es: 'La terminal necesita JavaScript: el motor simulado funciona dentro del navegador. Las demás páginas muestran la salida de cada comando también sin él.',
    en: 'The terminal needs JavaScript: the simulated engine runs inside the browser. The other pages show the output of each command without it too.',
  },
  tips: { es: 'Para empezar', en: 'To get going' },
  keys: { es: 'Teclas', en: 'Keys' },
  keyTab: { es: 'completa comandos, opciones y nombres', en: 'completes commands, options and names' },
  keyHistory: { es: 'recorren lo ya escrito', en: 'walk through what you typed' },
  keyInterrupt: {
    es: 'interrumpe; con texto seleccionado, lo copia',
    en: 'interrupts; with text selected, copies it',
  },
  keyEnd: { es: 'termina la entrada o cierra la shell', en: 'ends the input or closes the shell' },
  keyDetach: {
    es: 'se desacopla del contenedor sin detenerlo',
    en: 'detaches from the container without stopping it',
  },
} satisfies Record<string, Text>;

/** The page that says what the simulator does and does not. */
export const simulatedTexts = {
  title: { es: 'Qué se simula', en: 'What is simulated' },
  description: {
    es: 'Qué comandos y opciones de Docker se ejecutan de verdad en Muelle, cuáles en parte, y cuáles solo se conocen.',
    en: 'Which commands and options of Docker really run in Muelle, which in part, and which are only known.',
  },
  lead: {
    es: 'Muelle no es Docker: es un motor simulado que funciona en esta pestaña y responde como Docker Engine 29.7.2. Lo que no simula lo dice y termina con 1; nunca finge que algo salió bien. Esta página sale del propio código.',
    en: 'Muelle is not Docker: it is a simulated engine that runs in this tab and answers like Docker Engine 29.7.2. What it does not simulate it says, and exits with 1; it never pretends that something worked. This page is made from the code itself.',
  },
  legend: { es: 'Cómo se lee', en: 'How to read it' },
  full: { es: 'hace lo mismo que Docker', en: 'does what Docker does' },
  fullLabel: { es: 'completo', en: 'full' },
  partial: { es: 'hace lo principal; el resto, no', en: 'does the main thing; not the rest' },
  partialLabel: { es: 'en parte', en: 'in part' },
  parsed: {
    es: 'se acepta y se comprueba, pero no cambia nada',
    en: 'accepted and checked, but changes nothing',
  },
  parsedLabel: { es: 'sin efecto', en: 'no effect' },
  none: { es: 'se conoce, y se rechaza por su nombre', en: 'known, and refused by name' },
  noneLabel: { es: 'no', en: 'no' },
  totals: {
    es: '%s comandos se simulan; en total Docker tiene %t.',
    en: '%s commands are simulated; Docker has %t in all.',
  },
  command: { es: 'Comando', en: 'Command' },
  options: { es: 'Opciones', en: 'Options' },
  all: { es: 'todas las opciones', en: 'all options' },
  noOptions: { es: 'sin opciones', en: 'no options' },
  refused: {
    es: 'Comandos que se conocen pero no se simulan',
    en: 'Commands that are known but not simulated',
  },
  images: { es: 'Imágenes', en: 'Images' },
  imagesLead: {
    es: 'El registro simulado ofrece %n imágenes. Una imagen de Docker Hub que no está en la lista responde aquí como si no existiera.',
    en: 'The simulated registry offers %n images. An image of Docker Hub that is not in the list answers here as if it did not exist.',
  },
  image: { es: 'Imagen', en: 'Image' },
  tags: { es: 'Etiquetas', en: 'Tags' },
  programs: { es: 'Programas', en: 'Programs' },
  programsLead: {
    es: 'Dentro de las imágenes y en el anfitrión hay %n programas, escritos de nuevo. Los que instala un gestor de paquetes aparecen al instalarlos.',
    en: 'Inside the images and on the host there are %n programs, written anew. Those that a package manager installs appear when you install them.',
  },
  otherLimits: { es: 'Otros límites', en: 'Other limits' },
  limits: {
    es: [
      'Las imágenes son las de un catálogo: los programas que hay dentro están escritos de nuevo y hacen lo que se enseña aquí, no todo lo que hacen los originales.',
      'No hay internet: nada sale de la pestaña. Algunas direcciones conocidas (google.com, example.com, 8.8.8.8…) responden con una página que dice que es un sustituto; las demás no existen.',
      'El tiempo es el del motor: las esperas largas pasan en un momento.',
      'Un solo ordenador: un Swarm tiene un único nodo.',
    ],
    en: [
      'Images come from a catalogue: the programs inside are written anew and do what is taught here, not all that the originals do.',
      'There is no internet: nothing leaves the tab. Some well-known addresses (google.com, example.com, 8.8.8.8…) answer with a page that says it is a stand-in; the others do not exist.',
      'Time is the engine’s: long waits pass in a moment.',
      'One machine only: a swarm has a single node.',
    ],
  },
} as const;

/** The page for addresses that do not exist; shown in both languages at once. */
export const notFoundTexts = {
  title: { es: 'Esta página no existe', en: 'This page does not exist' },
  body: {
    es: 'Puede que la dirección tenga una errata o que la página se haya movido.',
    en: 'The address may have a typo, or the page may have moved.',
  },
  home: { es: 'Ir al inicio', en: 'Go to the start' },
} satisfies Record<string, Text>;

/** Text in a language, with `%s` replaced: `say(searchTexts.many, 'en', 3) ⇒ '3 pages'`. */
export function say(text: Text, locale: Locale, value?: string | number): string {
  return value === undefined ? text[locale] : text[locale].replace('%s', () => String(value));
}
