import type { MountSpec, StringSet } from '../../engine/api.ts';
import { absolutePath } from '../../kernel/fs/vfs.ts';
import { CliError } from '../failure.ts';
import { toRecord } from '../parse/flags.ts';
import { parseBytes } from '../parse/numbers.ts';
import { parseMount } from '../parse/validators.ts';

/** What `-v` asks for: binds (and named volumes), and anonymous volumes, which belong to the Config. */
export interface Volumes {
  readonly binds: readonly string[];
  readonly anonymous: StringSet;
}

/** Reads every `-v`; a source that begins with a dot is relative to the working directory. */
export function readVolumes(specs: readonly string[], cwd: string): Volumes {
  const binds: string[] = [];
  const anonymous: Record<string, Record<string, never>> = {};
  for (const spec of new Set(specs)) {
    if (spec === '') throw new CliError('invalid empty volume spec');
    const parts = spec.split(':');
    // `a:/x` is taken for a Windows path, so it has no source (volumespec.isWindowsDrive; recording 13).
    if (parts.length === 1 || spec.length <= 2 || /^[a-zA-Z]:[^:]+$/.test(spec)) {
      anonymous[spec] = {};
      continue;
    }
    if (parts.includes('')) throw new CliError(`invalid spec: ${spec}: empty section between colons`);
    if (parts.length > 3) throw new CliError(`invalid spec: ${spec}: too many colons`);
    const [source = '', ...rest] = parts;
    binds.push([source.startsWith('.') ? absolutePath(source, cwd) : source, ...rest].join(':'));
  }
  return { binds, anonymous };
}

/** Reads one `--mount` into the API's form. */
export function readMount(written: string, cwd: string): MountSpec {
  const { type, fields, labels, options } = parseMount(written);
  const source = fields.get('source');
  const yes = (key: string): boolean => ['1', 'true'].includes(fields.get(key) ?? '');
  const bind = {
    ...(fields.has('bind-propagation') ? { Propagation: fields.get('bind-propagation') ?? '' } : {}),
    ...(fields.get('bind-recursive') === 'disabled' ? { NonRecursive: true } : {}),
    ...(fields.get('bind-recursive') === 'writable' ? { ReadOnlyNonRecursive: true } : {}),
    ...(fields.get('bind-recursive') === 'readonly' ? { ReadOnlyForceRecursive: true } : {}),
    ...(yes('bind-create-src') ? { CreateMountpoint: true } : {}),
  };
  const volume = {
    ...(yes('volume-nocopy') ? { NoCopy: true } : {}),
    ...(labels.length > 0 ? { Labels: toRecord(labels) } : {}),
    ...(fields.has('volume-driver') || options.length > 0
      ? {
          DriverConfig: {
            ...(fields.has('volume-driver') ? { Name: fields.get('volume-driver') ?? '' } : {}),
            ...(options.length > 0 ? { Options: toRecord(options) } : {}),
          },
        }
      : {}),
    ...(fields.has('volume-subpath') ? { Subpath: fields.get('volume-subpath') ?? '' } : {}),
  };
  const image = fields.has('image-subpath') ? { Subpath: fields.get('image-subpath') ?? '' } : {};
  const tmpfs = {
    ...(fields.has('tmpfs-size') ? { SizeBytes: parseBytes(fields.get('tmpfs-size') ?? '0') } : {}),
    ...(fields.has('tmpfs-mode') ? { Mode: Number.parseInt(fields.get('tmpfs-mode') ?? '0', 8) } : {}),
  };
  return {
    Type: type,
    ...(source === undefined ? {} : { Source: source.startsWith('.') ? absolutePath(source, cwd) : source }),
    Target: fields.get('target') ?? '',
    ...(yes('readonly') ? { ReadOnly: true } : {}),
    ...(fields.has('consistency') ? { Consistency: fields.get('consistency') ?? '' } : {}),
    ...(Object.keys(bind).length > 0 ? { BindOptions: bind } : {}),
    ...(Object.keys(volume).length > 0 ? { VolumeOptions: volume } : {}),
    ...(Object.keys(image).length > 0 ? { ImageOptions: image } : {}),
    ...(Object.keys(tmpfs).length > 0 ? { TmpfsOptions: tmpfs } : {}),
  };
}

/** `--tmpfs /t:size=1m` ⇒ `{'/t': 'size=1m'}` */
export function readTmpfs(specs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    specs.map((spec) => {
      const at = spec.indexOf(':');
      return at < 0 ? [spec, ''] : [spec.slice(0, at), spec.slice(at + 1)];
    }),
  );
}
