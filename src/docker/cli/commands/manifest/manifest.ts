import { DockerError, type EngineApi } from '../../../engine/api.ts';
import type { RemoteManifest } from '../../../engine/images/manifests.ts';
import { canonical, parseReference, type Reference, withDefaultTag } from '../../../engine/reference.ts';
import { utf8 } from '../../../kernel/bytes.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import {
  type Platform,
  readList,
  readStored,
  removeList,
  type StoredManifest,
  writeStored,
} from './store.ts';

const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI = 'application/vnd.oci.image.manifest.v1+json';

interface Descriptor {
  readonly mediaType: string;
  readonly size: number;
  readonly digest: string;
  readonly platform?: Platform;
}

function read(written: string, before = ''): Reference {
  try {
    return withDefaultTag(parseReference(written));
  } catch (error) {
    if (error instanceof DockerError) throw new CliError(`${before}${error.message}`);
    throw error;
  }
}

/** Refusals of a registry come from the command line itself, without the daemon's name. */
function* asked<T>(ask: Sys<T>): Sys<T> {
  try {
    return yield* ask;
  } catch (error) {
    if (error instanceof DockerError && error.status !== 501) throw new CliError(error.message);
    throw error;
  }
}

const missing = (reference: Reference, no = 'No'): CliError =>
  new CliError(`${no} such manifest: ${canonical(reference)}`);

function bytes64(body: string): string {
  return btoa(String.fromCharCode(...utf8(body)));
}

/** What is kept and shown of one image's manifest. */
function* stored(engine: EngineApi, reference: Reference, found: RemoteManifest): Sys<StoredManifest> {
  const client = yield* engine.manifests();
  const manifest = JSON.parse(found.body) as { config: { digest: string } };
  const config = yield* asked(client.config(reference, manifest.config.digest));
  const { architecture, os, variant } = JSON.parse(config ?? '{}') as Partial<Platform>;
  const platform: Platform = {
    architecture: architecture ?? '',
    os: os ?? '',
    ...(variant === undefined ? {} : { variant }),
  };
  return {
    Ref: canonical(reference),
    Descriptor: {
      mediaType: found.mediaType,
      digest: found.digest,
      size: utf8(found.body).length,
      platform,
    },
    Raw: bytes64(found.body),
    ...(found.mediaType === OCI ? { OCIManifest: manifest } : { SchemaV2Manifest: manifest }),
  };
}

/** The manifests under a reference of a registry: one, or those of a list. Throws `no such manifest`. */
function* remote(
  engine: EngineApi,
  reference: Reference,
  insecure: boolean,
): Sys<StoredManifest | StoredManifest[]> {
  const client = yield* engine.manifests();
  const found = yield* asked(client.get(reference, insecure));
  if (found === undefined) throw missing(reference, 'no');
  if (found.mediaType !== LIST && found.mediaType !== INDEX) return yield* stored(engine, reference, found);
  const { manifests } = JSON.parse(found.body) as { manifests: readonly Descriptor[] };
  const out: StoredManifest[] = [];
  for (const { digest, platform } of manifests) {
    const { tag: _, ...repository } = reference;
    const one = { ...repository, tag: undefined, digest };
    const body = yield* asked(client.get(one, insecure));
    if (body === undefined) throw missing(one, 'no');
    const manifest = yield* stored(engine, one, body);
    out.push(
      platform === undefined ? manifest : { ...manifest, Descriptor: { ...manifest.Descriptor, platform } },
    );
  }
  return out;
}

const rawText = (manifest: StoredManifest): string => atob(manifest.Raw);

/** Platforms have one order of members, whichever were set first. */
function tidy({ architecture, os, variant, ...rest }: Platform): Platform {
  const { 'os.version': version, 'os.features': features } = rest;
  return {
    architecture,
    os,
    ...(version === undefined ? {} : { 'os.version': version }),
    ...(features === undefined ? {} : { 'os.features': features }),
    ...(variant === undefined ? {} : { variant }),
  };
}

/** The manifest list that local manifests make; CliError where they are of another registry than the list. */
function listText(list: Reference, manifests: readonly StoredManifest[], before = ''): string {
  const entries = manifests.map(({ Ref, Descriptor: { mediaType, size, digest, platform } }): Descriptor => {
    const { domain } = parseReference(Ref);
    if (domain !== list.domain)
      throw new CliError(
        `${before}cannot use source images from a different registry than the target image: ${domain} != ${list.domain}`,
      );
    return { mediaType, size, digest, platform: tidy(platform ?? { architecture: '', os: '' }) };
  });
  const oci = entries.length > 0 && entries.every(({ mediaType }) => mediaType === OCI);
  return JSON.stringify(
    { schemaVersion: 2, mediaType: oci ? INDEX : LIST, manifests: entries },
    undefined,
    3,
  );
}

function* show(
  p: Process,
  reference: Reference,
  found: StoredManifest | StoredManifest[],
  verbose: boolean,
): Sys<number> {
  let output: string;
  if (verbose) output = JSON.stringify(found, undefined, '\t');
  else if (Array.isArray(found))
    output = listText(reference, found, 'failed to assemble ManifestDescriptor: ');
  else output = JSON.stringify(JSON.parse(rawText(found)), undefined, '\t');
  yield* p.print(`${output}\n`);
  return 0;
}

/** `docker manifest inspect`: of a local list, of a manifest in one, or of a registry. */
export const inspect: Command = {
  flags: { insecure: 'full', verbose: 'full' },
  *run({ p, engine, flags, args }) {
    const verbose = flags.bool('verbose');
    const reference = read(args.at(-1) ?? '');
    if (args.length === 2) {
      const manifest = readStored(p, read(args[0] ?? ''), reference);
      if (manifest === undefined) throw missing(reference);
      return yield* show(p, reference, manifest, verbose);
    }
    const local = readList(p, reference);
    return yield* show(
      p,
      reference,
      local ?? (yield* remote(engine, reference, flags.bool('insecure'))),
      verbose,
    );
  },
};

/** `docker manifest create` */
export const create: Command = {
  flags: { amend: 'full', insecure: 'full' },
  *run({ p, engine, flags, args: [name = '', ...images] }) {
    const list = read(name, `error parsing name for manifest list ${name}: `);
    if (readList(p, list) !== undefined && !flags.bool('amend'))
      throw new CliError('refusing to amend an existing manifest list with no --amend flag');
    for (const written of images) {
      const image = read(written);
      if (readStored(p, list, image) !== undefined) continue;
      const found = yield* remote(engine, image, flags.bool('insecure'));
      if (Array.isArray(found)) throw new CliError(`${canonical(image)} is a manifest list`);
      writeStored(p, list, image, found);
    }
    yield* p.print(`Created manifest list ${canonical(list)}\n`);
    return 0;
  },
};

/** Which machines each system is known to run on (docker/cli, command/manifest/util.go). */
const MACHINES: Readonly<Record<string, string>> = {
  darwin: '386 amd64 arm arm64',
  dragonfly: 'amd64',
  freebsd: '386 amd64 arm',
  linux: '386 amd64 arm arm64 ppc64le mips64 mips64le riscv64 s390x',
  netbsd: '386 amd64 arm',
  openbsd: '386 amd64 arm',
  plan9: '386 amd64',
  solaris: 'amd64',
  windows: '386 amd64 arm arm64',
};

/** `docker manifest annotate` */
export const annotate: Command = {
  flags: { arch: 'full', os: 'full', 'os-features': 'full', 'os-version': 'full', variant: 'full' },
  *run({ p, flags, args: [name = '', written = ''] }) {
    const list = read(name, `annotate: error parsing name for manifest list ${name}: `);
    const image = read(written, `annotate: error parsing name for manifest ${written}: `);
    const manifest = readStored(p, list, image);
    if (manifest === undefined) throw new CliError(`manifest for image ${written} does not exist in ${name}`);
    const before = manifest.Descriptor.platform ?? { architecture: '', os: '' };
    const text = (flag: string, old = ''): string => flags.string(flag) || old;
    const features = [
      ...new Set([
        ...(before['os.features'] ?? []),
        ...flags.list('os-features').flatMap((item) => item.split(',')),
      ]),
    ];
    const version = text('os-version', before['os.version']);
    const variant = text('variant', before.variant);
    const platform: Platform = {
      architecture: text('arch', before.architecture),
      os: text('os', before.os),
      ...(version === '' ? {} : { 'os.version': version }),
      ...(features.length === 0 ? {} : { 'os.features': features }),
      ...(variant === '' ? {} : { variant }),
    };
    if (MACHINES[platform.os]?.split(' ').includes(platform.architecture) !== true)
      throw new CliError(
        `manifest entry for image has unsupported os/arch combination: ${flags.string('os')}/${flags.string('arch')}`,
      );
    writeStored(p, list, image, { ...manifest, Descriptor: { ...manifest.Descriptor, platform } });
    return 0;
  },
};

/** `docker manifest push`: the manifests under their digests, then the list. */
export const push: Command = {
  flags: { insecure: 'parsed', purge: 'full' },
  *run({ p, engine, flags, args: [name = ''] }) {
    const list = read(name);
    const manifests = readList(p, list);
    if (manifests === undefined) throw missing(list);
    for (const { Ref, Descriptor } of manifests)
      if (!Descriptor.platform?.os || !Descriptor.platform.architecture)
        throw new CliError(`manifest ${Ref} must have an OS and Architecture to be pushed to a registry`);
    const body = listText(list, manifests);
    const client = yield* engine.manifests();
    for (const manifest of manifests) {
      const from = parseReference(manifest.Ref);
      if (from.path === list.path) continue;
      const { config, layers } = JSON.parse(rawText(manifest)) as {
        config: { digest: string };
        layers: readonly { digest: string }[];
      };
      for (const { digest } of [config, ...layers]) yield* asked(client.mount(from, list, digest));
      const { digest, mediaType } = manifest.Descriptor;
      const target = { ...list, tag: undefined, digest };
      const put = yield* asked(client.put(target, mediaType, rawText(manifest)));
      yield* p.print(`Pushed ref ${canonical(target)} with digest: ${put}\n`);
    }
    const { mediaType } = JSON.parse(body) as { mediaType: string };
    yield* p.print(`${yield* asked(client.put(list, mediaType, body))}\n`);
    if (flags.bool('purge')) removeList(p, list);
    return 0;
  },
};

/** `docker manifest rm` */
export const remove: Command = {
  flags: {},
  *run({ p, args }) {
    const errors: string[] = [];
    for (const name of args) {
      try {
        const list = read(name);
        if (readList(p, list) === undefined) throw missing(list);
        removeList(p, list);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        errors.push(error.message);
      }
    }
    if (errors.length > 0) throw new CliError(errors.join('\n'));
    return 0;
  },
};
