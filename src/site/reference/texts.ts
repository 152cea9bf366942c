import type { Text } from '../texts.ts';

/** The pages drawn from the reference of commands. */
export const referenceTexts = {
  slug: { es: 'referencia', en: 'reference' },
  title: { es: 'Todos los comandos', en: 'All commands' },
  description: {
    es: 'Cada comando de Docker, de Compose y de Swarm, con todas sus opciones explicadas y un ejemplo que se ejecuta.',
    en: 'Every command of Docker, Compose and Swarm, with all its options explained and an example that runs.',
  },
  usage: { es: 'Forma', en: 'Form' },
  otherNames: { es: 'También se escribe', en: 'Also written' },
  examples: { es: 'Ejemplos', en: 'Examples' },
  arguments: { es: 'Argumentos', en: 'Arguments' },
  options: { es: 'Opciones', en: 'Options' },
  commands: { es: 'Comandos', en: 'Commands' },
  related: { es: 'Relacionados', en: 'Related' },
  byDefault: { es: 'predeterminado', en: 'default' },
  value: { es: 'Valor', en: 'Value' },
  danger: { es: 'Cuidado', en: 'Warning' },
  parsed: { es: 'en Muelle se acepta, sin efecto', en: 'accepted in Muelle, without effect' },
  partial: { es: 'en Muelle, en parte', en: 'in Muelle, in part' },
  none: { es: 'no se simula en Muelle', en: 'not simulated in Muelle' },
  refused: {
    es: 'Muelle no simula este comando: responde que no lo hace y termina con 1. Aquí está lo que hace en un Docker de verdad.',
    en: 'Muelle does not simulate this command: it says so and exits with 1. Here is what it does in a real Docker.',
  },
  general: { es: 'Generales', en: 'General' },
  fields: { es: 'Campos de --format', en: 'Fields of --format' },
  directives: { es: 'Directivas', en: 'Directives' },
  instructions: { es: 'Instrucciones', en: 'Instructions' },
  variables: { es: 'Variables que pone BuildKit', en: 'Variables that BuildKit sets' },
  functions: { es: 'Palabras y funciones de las plantillas', en: 'Words and functions of templates' },
  cure: { es: 'Qué hacer', en: 'What to do' },
  topKeys: { es: 'Primer nivel', en: 'Top level' },
  example: { es: 'Ejemplo', en: 'Example' },
} satisfies Record<string, Text>;

/** Headings of the list of commands, by the first word of their ids; what has none is general. */
export const commandGroupTexts = {
  container: { es: 'Contenedores', en: 'Containers' },
  image: { es: 'Imágenes', en: 'Images' },
  buildx: { es: 'Construcción (buildx)', en: 'Builds (buildx)' },
  volume: { es: 'Volúmenes', en: 'Volumes' },
  network: { es: 'Redes', en: 'Networks' },
  compose: { es: 'Compose', en: 'Compose' },
  system: { es: 'Sistema', en: 'System' },
  context: { es: 'Contextos', en: 'Contexts' },
  swarm: { es: 'Swarm', en: 'Swarm' },
  node: { es: 'Nodos', en: 'Nodes' },
  service: { es: 'Servicios', en: 'Services' },
  stack: { es: 'Stacks', en: 'Stacks' },
  secret: { es: 'Secretos', en: 'Secrets' },
  config: { es: 'Configuraciones', en: 'Configs' },
  manifest: { es: 'Manifiestos', en: 'Manifests' },
  plugin: { es: 'Plugins del motor', en: 'Engine plugins' },
} satisfies Record<string, Text>;

/** The pages of the reference that are no commands; `source` is the file they are drawn from. */
export const dataPageTexts = {
  dockerfile: {
    title: { es: 'Instrucciones del Dockerfile', en: 'Dockerfile instructions' },
    description: {
      es: 'Todo lo que puede ir en un Dockerfile, instrucción por instrucción, con sus opciones y un ejemplo de cada una.',
      en: 'Everything that may stand in a Dockerfile, instruction by instruction, with its options and an example of each.',
    },
    source: 'content/dockerfile.yaml',
  },
  'compose-file': {
    title: { es: 'Claves de compose.yaml', en: 'Keys of compose.yaml' },
    description: {
      es: 'Las claves de un archivo de Compose por su ruta, con lo que hace cada una y un ejemplo.',
      en: 'The keys of a Compose file by their path, with what each one does and an example.',
    },
    source: 'content/compose-keys.yaml',
  },
  errors: {
    title: { es: 'Errores frecuentes', en: 'Frequent errors' },
    description: {
      es: 'Los mensajes de error que más se ven con Docker: qué los causa y qué hacer con cada uno.',
      en: 'The error messages that are seen most with Docker: what causes each one and what to do about it.',
    },
    source: 'content/errors.yaml',
  },
  format: {
    title: { es: 'Plantillas de --format', en: 'Templates of --format' },
    description: {
      es: 'Los campos que conoce cada comando en --format y las palabras y funciones de las plantillas de Go.',
      en: 'The fields that each command knows in --format, and the words and functions of Go templates.',
    },
    source: 'content/placeholders.yaml',
  },
} as const;
