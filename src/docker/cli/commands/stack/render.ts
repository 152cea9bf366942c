import { isMap, mapOf, sortKeys, type Tree, type TreeMap, textOf } from '../../../compose/file/tree.ts';
import { writeYaml } from '../../../compose/file/write.ts';
import type { Service } from '../../../compose/project/model.ts';
import { isExternal } from './convert.ts';
import type { StackFile } from './load.ts';

/** `docker stack config`: what the files come to, every value in its long form. */
export function renderStack(file: StackFile): string {
  const services = Object.fromEntries(
    Object.keys(file.services)
      .sort()
      .flatMap((name) => {
        const entry = file.services[name];
        return entry === undefined ? [] : [[name, service(entry.read, entry.tree)] as const];
      }),
  );
  const section = (tree: TreeMap, files: boolean): object =>
    Object.fromEntries(
      Object.entries(sortKeys(tree)).map(([name, item]) => [name, named(name, item, file, files)]),
    );
  const whole = {
    version: file.version,
    services,
    ...(Object.keys(file.networks).length > 0 ? { networks: section(file.networks, false) } : {}),
    ...(Object.keys(file.volumes).length > 0 ? { volumes: section(file.volumes, false) } : {}),
    ...(Object.keys(file.secrets).length > 0 ? { secrets: section(file.secrets, true) } : {}),
    ...(Object.keys(file.configs).length > 0 ? { configs: section(file.configs, true) } : {}),
  };
  return writeYaml(whole);
}

function named(name: string, item: Tree, file: StackFile, isFile: boolean): object {
  const map = mapOf(item);
  if (isExternal(item)) return { name: textOf(map['name']) || name, external: true };
  const path = textOf(map['file']);
  return isFile && path !== ''
    ? { ...map, file: path.startsWith('/') ? path : `${file.directory}/${path.replace(/^\.\//, '')}` }
    : map;
}

function service(read: Service, tree: TreeMap): object {
  const out: { [key: string]: unknown } = {};
  for (const key of Object.keys(tree).sort()) {
    if (key === 'networks')
      out[key] = Object.fromEntries(
        Object.keys(read.networks ?? {}).map((name) => [name, read.networks?.[name] ?? null]),
      );
    else if (key === 'ports')
      out[key] = (read.ports ?? []).map((port) => ({
        mode: port.mode,
        target: port.target,
        ...(port.published === undefined ? {} : { published: Number(port.published) }),
        protocol: port.protocol,
      }));
    else if (key === 'volumes')
      out[key] = (read.volumes ?? []).map(({ type, source, target, read_only }) => ({
        type,
        ...(source === undefined ? {} : { source }),
        target,
        ...(read_only === true ? { read_only } : {}),
      }));
    else if (key === 'command' || key === 'entrypoint') out[key] = read[key];
    else if (key === 'environment') out[key] = sortKeys(read.environment ?? {});
    else if (key === 'labels') out[key] = sortKeys(read.labels ?? {});
    else if (key === 'secrets' || key === 'configs')
      out[key] = (Array.isArray(tree[key]) ? tree[key] : []).map((item: Tree) =>
        isMap(item) ? item : { source: textOf(item) },
      );
    else if (key === 'env_file') continue;
    else out[key] = tree[key];
  }
  return out;
}
