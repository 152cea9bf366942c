import { hashOf } from '../../../compose/engine/request.ts';
import { ComposeError } from '../../../compose/error.ts';
import { mapOf, type Tree, type TreeMap, textOf } from '../../../compose/file/tree.ts';
import { variablesOf } from '../../../compose/file/variables.ts';
import { checkContainerNames } from '../../../compose/project/check.ts';
import { inOrder, select } from '../../../compose/project/graph.ts';
import { profilesOf } from '../../../compose/project/load.ts';
import { imageOf } from '../../../compose/project/model.ts';
import { renderJson, renderModel, renderYaml } from '../../../compose/project/render.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { align } from '../../format/tabwriter.ts';
import { type ComposeCall, type ComposeCommand, project, rawModel } from './context.ts';

/** `docker compose config` */
export const config: ComposeCommand = {
  flags: {
    environment: 'full',
    format: 'full',
    hash: 'full',
    images: 'full',
    networks: 'full',
    'no-consistency': 'full',
    'no-env-resolution': 'full',
    'no-interpolate': 'full',
    output: 'full',
    profiles: 'full',
    quiet: 'full',
    services: 'full',
    variables: 'full',
    volumes: 'full',
  },
  *run(call) {
    const { p, flags, args } = call;
    const format = flags.string('format') || 'yaml';
    if (flags.bool('variables')) {
      const rows = variablesOf(yield* rawModel(call)).map(({ name, required, fallback, alternate }) =>
        [name, String(required), fallback, alternate].join('\t'),
      );
      yield* p.print(
        align(['NAME\tREQUIRED\tDEFAULT VALUE\tALTERNATE VALUE', ...rows, ''].join('\n'), {
          minWidth: 20,
          padding: 3,
        }),
      );
      return 0;
    }
    const lists = ['services', 'volumes', 'networks', 'profiles', 'images', 'environment'];
    if (flags.bool('no-interpolate') && !lists.some((name) => flags.bool(name)) && !flags.changed('hash')) {
      const text = renderModel(withNames(yield* rawModel(call)), knownFormat(format));
      return yield* write(call, text);
    }
    const loaded = yield* project(call, { unchecked: flags.bool('no-consistency') });
    const lines = (items: readonly string[]): string => items.map((item) => `${item}\n`).join('');
    const services = Object.entries(loaded.services);
    if (flags.bool('services')) yield* p.print(lines(inOrder(loaded.services).flat()));
    else if (flags.bool('volumes')) yield* p.print(lines(Object.keys(loaded.volumes)));
    else if (flags.bool('networks')) yield* p.print(lines(Object.keys(loaded.networks)));
    else if (flags.changed('hash')) {
      const wanted = flags.string('hash');
      const names = wanted === '*' ? services.map(([name]) => name) : wanted.split(',');
      for (const name of names) {
        const service = loaded.services[name];
        if (service === undefined) throw new ComposeError(`no such service: ${name}: not found`);
        yield* p.print(`${name} ${hashOf(service)}\n`);
      }
    } else if (flags.bool('profiles')) yield* p.print(lines(profilesOf(loaded)));
    else if (flags.bool('images'))
      yield* p.print(
        lines(
          Object.entries(select(loaded, args, true).services).map(([name, service]) =>
            imageOf(loaded, name, service),
          ),
        ),
      );
    else if (flags.bool('environment'))
      yield* p.print(lines([...loaded.environment].map(([name, value]) => `${name}=${value}`)));
    else {
      const selected = select(loaded, args, true);
      if (!flags.bool('no-consistency')) checkContainerNames(selected);
      knownFormat(format);
      return yield* write(call, format === 'json' ? renderJson(selected) : renderYaml(selected));
    }
    return 0;
  },
};

function knownFormat(format: string): string {
  if (format !== 'yaml' && format !== 'json')
    throw new ComposeError(`unsupported format ${JSON.stringify(format)}`);
  return format;
}

/** Into a file (`-o`), on standard output, or (`-q`) nowhere. */
function* write({ p, flags }: ComposeCall, text: string): Sys<number> {
  if (flags.bool('quiet')) return 0;
  if (flags.changed('output'))
    p.fs.write(flags.string('output'), text, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups });
  else yield* p.print(text);
  return 0;
}

/** What normalising adds to the bare files: the networks of services that name none, and full names. */
function withNames(tree: TreeMap): TreeMap {
  const project = textOf(tree['name']);
  const services = Object.entries(mapOf(tree['services'])).map(([name, item]): [string, Tree] => {
    const map = mapOf(item);
    const idle = map['networks'] !== undefined || map['network_mode'] !== undefined;
    return [name, idle ? map : { ...map, networks: { default: null } }];
  });
  const usesDefault = services.some(([, item]) => 'default' in mapOf(mapOf(item)['networks']));
  const sections = ['networks', 'volumes', 'secrets', 'configs'].flatMap((section): [string, Tree][] => {
    const written = mapOf(tree[section]);
    const all = section === 'networks' && usesDefault ? { default: null, ...written } : written;
    if (Object.keys(all).length === 0) return [];
    const named = Object.entries(all).map(([key, item]): [string, Tree] => {
      const map = mapOf(item);
      const own = map['external'] === true ? key : `${project}_${key}`;
      return [key, { ...map, name: map['name'] ?? own }];
    });
    return [[section, Object.fromEntries(named)]];
  });
  return { ...tree, services: Object.fromEntries(services), ...Object.fromEntries(sections) };
}

/** `docker compose version` */
export const version: ComposeCommand = {
  args: [0, 0],
  flags: { format: 'full', short: 'full' },
  *run({ p, flags }) {
    if (flags.bool('short')) yield* p.print('2.40.3-3\n');
    else if (flags.string('format') === 'json') yield* p.print('{"version":"2.40.3-3"}\n');
    else yield* p.print('Docker Compose version 2.40.3-3\n');
    return 0;
  },
};
