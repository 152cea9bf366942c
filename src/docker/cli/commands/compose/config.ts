import { hashOf } from '../../../compose/engine/request.ts';
import { ComposeError } from '../../../compose/error.ts';
import { select } from '../../../compose/project/graph.ts';
import { profilesOf } from '../../../compose/project/load.ts';
import { imageOf } from '../../../compose/project/model.ts';
import { renderJson, renderYaml } from '../../../compose/project/render.ts';
import { type ComposeCommand, project } from './context.ts';

/** `docker compose config` */
export const config: ComposeCommand = {
  flags: {
    environment: 'full',
    format: 'full',
    hash: 'full',
    images: 'full',
    networks: 'full',
    'no-consistency': 'full',
    'no-env-resolution': 'partial',
    'no-interpolate': 'partial',
    output: 'full',
    profiles: 'full',
    quiet: 'full',
    services: 'full',
    volumes: 'full',
  },
  *run(call) {
    const { p, flags, args } = call;
    const loaded = yield* project(call, {
      raw: flags.bool('no-interpolate'),
      unchecked: flags.bool('no-consistency'),
      noEnvFiles: flags.bool('no-env-resolution'),
    });
    const selected = select(loaded, args, true);
    const lines = (items: readonly string[]): string => items.map((item) => `${item}\n`).join('');
    const services = Object.entries(selected.services);
    if (flags.bool('quiet')) return 0;
    if (flags.bool('services')) yield* p.print(lines(services.map(([name]) => name)));
    else if (flags.bool('volumes')) yield* p.print(lines(Object.keys(selected.volumes)));
    else if (flags.bool('networks')) yield* p.print(lines(Object.keys(selected.networks)));
    else if (flags.bool('profiles')) yield* p.print(lines(profilesOf(loaded)));
    else if (flags.bool('images'))
      yield* p.print(lines(services.map(([name, service]) => imageOf(selected, name, service))));
    else if (flags.bool('environment'))
      yield* p.print(lines([...selected.environment].sort().map(([name, value]) => `${name}=${value}`)));
    else if (flags.changed('hash')) {
      const wanted = flags.string('hash');
      const names = wanted === '*' ? services.map(([name]) => name) : wanted.split(',');
      for (const name of names) {
        const service = selected.services[name];
        if (service === undefined) throw new ComposeError(`no such service: ${name}`);
        yield* p.print(`${name} ${hashOf(service)}\n`);
      }
    } else {
      const format = flags.string('format') || 'yaml';
      if (format !== 'yaml' && format !== 'json')
        throw new ComposeError(`unsupported format ${JSON.stringify(format)}`);
      const text = format === 'json' ? renderJson(selected) : renderYaml(selected);
      if (flags.changed('output'))
        p.fs.write(flags.string('output'), text, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups });
      else yield* p.print(text);
    }
    return 0;
  },
};

/** `docker compose version` */
export const version: ComposeCommand = {
  flags: { format: 'full', short: 'full' },
  *run({ p, flags }) {
    if (flags.bool('short')) yield* p.print('2.40.3-3\n');
    else if (flags.string('format') === 'json') yield* p.print('{"version":"2.40.3-3"}\n');
    else yield* p.print('Docker Compose version 2.40.3-3\n');
    return 0;
  },
};
