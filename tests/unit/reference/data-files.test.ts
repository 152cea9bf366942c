import { beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { KEYWORDS } from '../../../src/docker/build/dockerfile/instructions.ts';
import { Session } from '../../../src/shell/session.ts';
import {
  composeKeyTexts,
  dockerfileTexts,
  placeholderTexts,
} from '../../../src/site/reference/data-files.ts';
import { specsById } from '../../../src/site/reference/load.ts';

const FOLDER = '/home/student/lab';
let session: Session;

async function run(command: string): Promise<{ exit: number; stdout: string; stderr: string }> {
  return await session.run(command, { timeout: 60_000 });
}

beforeAll(async () => {
  session = await Session.create({ seed: 'data-files', images: ['busybox', 'nginx', 'python:3-slim'] });
  await run('mkdir -p src app && echo a > src/a && tar cf rootfs.tar src');
  for (const name of ['web.env', 'labels.env', 'app.conf', 'db_password.txt'])
    session.writeFile(`${FOLDER}/${name}`, 'A=1\n');
  session.writeFile(`${FOLDER}/common.yaml`, 'services:\n  base:\n    image: nginx\n');
  session.writeFile(`${FOLDER}/compose.yaml`, 'services:\n  web:\n    image: nginx\n');
  await run('docker run -d --name web --health-cmd true -v data:/data nginx');
  await run('docker compose up -d');
  await run('docker swarm init');
  await run('docker service create --name job busybox sleep 1000');
  await run('docker stack deploy -c compose.yaml shop');
});

describe('the reference of the Dockerfile', () => {
  const { directives, instructions } = dockerfileTexts();

  test('has every instruction and directive', () => {
    expect(Object.keys(instructions).sort()).toEqual([...KEYWORDS]);
    expect(Object.keys(directives).sort()).toEqual(['check', 'escape', 'syntax']);
  });

  test('relates instructions that there are', () => {
    const related = Object.values(instructions).flatMap((one) => one.related);
    expect(related.filter((name) => !(name in instructions))).toEqual([]);
  });

  test.each(
    Object.entries({ ...directives, ...instructions })
      .filter(([name]) => name !== 'MAINTAINER')
      .map(([name, { example }]) => ({ name, example })),
  )('gives an example of $name that is good practice', async ({ name, example }) => {
    const source = name === 'FROM' ? example : name in directives ? `${example}\nFROM busybox` : '';
    session.writeFile(`${FOLDER}/Dockerfile`, `${source || `FROM busybox\n${example}`}\n`);
    const { exit, stderr } = await run('docker build --check .');
    expect(exit, stderr).toBe(0);
  });
});

/** A whole file with the example of a key in its place; undefined for keys of the top. */
function composeFile(path: string, example: string): object {
  const [top = '', , ...keys] = path.split('.');
  const given: Record<string, unknown> = parse(example);
  const web: Record<string, unknown> = { image: 'nginx' };
  const file: Record<string, Record<string, unknown>> = {
    services: { web, db: { image: 'nginx' }, base: { image: 'nginx' } },
    networks: { back: {} },
    volumes: { data: {} },
    secrets: { db_password: { file: 'db_password.txt' } },
    configs: { app: { file: 'app.conf' } },
  };
  if (keys.length === 0) return { ...given, services: file['services'] };
  if (top !== 'services') return { ...file, [top]: { ...file[top], extra: given } };
  const at = keys.indexOf(Object.keys(given)[0] ?? '');
  expect(at, `the example of ${path} starts with one of its keys`).toBeGreaterThanOrEqual(0);
  const holder = keys.slice(0, at)[0];
  if (holder === undefined) Object.assign(web, given);
  else web[holder] = holderOf(holder, given);
  return file;
}

function holderOf(holder: string, given: Record<string, unknown>): unknown {
  switch (holder) {
    case 'build':
      return { context: './app', ...given };
    case 'networks':
      return { back: given };
    case 'ports':
      return [{ target: 80, ...given }];
    case 'env_file':
      return [{ path: 'web.env', ...given }];
    case 'secrets':
      return [{ source: 'db_password', ...given }];
    case 'configs':
      return [{ source: 'app', ...given }];
    case 'volumes': {
      const type = ['tmpfs', 'image', 'volume'].find((name) => name in given) ?? 'bind';
      const source = { tmpfs: {}, image: { source: 'nginx' }, volume: { source: 'data' } }[type];
      return [{ type, ...(source ?? { source: './src' }), target: '/app', ...given }];
    }
    default:
      return given;
  }
}

describe('the reference of compose.yaml', () => {
  test.each(Object.entries(composeKeyTexts()).map(([path, { example }]) => ({ path, example })))(
    'gives an example of $path that Compose takes',
    async ({ path, example }) => {
      session.writeFile(`${FOLDER}/monitoring/compose.yaml`, 'services: {monitor: {image: busybox}}\n');
      session.writeFile(`${FOLDER}/key.yaml`, stringify(composeFile(path, example)));
      const { stderr } = await run('DB_PASSWORD=x APP_CONFIG=y docker compose -f key.yaml config --quiet');
      expect(stderr).toMatch(/^$|is not simulated here|attribute `version` is obsolete/);
    },
  );
});

/** What a command needs besides `--format`. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  'container inspect': ' web',
  'image inspect': ' nginx',
  'network inspect': ' bridge',
  'volume inspect': ' data',
  'image history': ' nginx',
  'container stats': ' --no-stream',
  'system events': ' --since 1h --until 0s',
  search: ' nginx',
  'service ps': ' job',
  'stack ps': ' shop',
  'stack services': ' shop',
};

describe('the reference of templates', () => {
  const { fields } = placeholderTexts();

  test('names commands that take a template', () => {
    const wrong = Object.keys(fields).filter(
      (id) =>
        !specsById()
          .get(id)
          ?.flags.some(({ name }) => name === 'format'),
    );
    expect(wrong).toEqual([]);
  });

  test.each(Object.keys(fields))('names fields that docker %s has', async (id) => {
    for (const name of Object.keys(fields[id] ?? {})) {
      const template = name === 'Label' ? '{{.Label "a"}}' : `{{.${name}}}`;
      const { exit, stderr } = await run(`docker ${id}${ARGUMENTS[id] ?? ''} --format '${template}'`);
      expect(exit, `${name}: ${stderr}`).toBe(0);
    }
  });

  test.each(['container ls', 'image ls', 'network ls', 'volume ls', 'system df', 'compose ps'])(
    'names every field of docker %s',
    async (id) => {
      const { stdout } = await run(`docker ${id} --format json`);
      const names = Object.keys(JSON.parse(stdout.split('\n')[0] ?? '{}'));
      expect(names.filter((name) => !(name in (fields[id] ?? {})))).toEqual([]);
    },
  );
});
