import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import { DEBIAN, debianPackages, type Package, parsePackages } from './package-index.ts';

/** What other releases have instead of bookworm's: where names carry versions, and the versions people look at. */
const NEWER: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  trixie: [
    ['php8.2', 'php8.4'],
    ['8.2.29-1~deb12u1', '8.4.11-1'],
    ['2:8.2+93', '2:8.4+96'],
    ['gcc-12', 'gcc-14'],
    ['cpp-12', 'cpp-14'],
    ['12.2.0-14+deb12u1', '14.2.0-19'],
    ['4:12.2.0-3', '4:14.2.0-1'],
    ['1:10.11.14-0+deb12u2', '1:11.8.3-0+deb13u1'],
    ['2.4.65-1~deb12u1', '2.4.65-2'],
    ['2:2.4-2+deb12u1', '2:2.6-3'],
    ['supervisor|4.2.5-1|', 'supervisor|4.2.5-3|'],
    ['3.11.2-1+b1', '3.13.5-1'],
    ['python3.11', 'python3.13'],
    ['1.21.3-1+deb12u1', '1.25.0-2'],
    ['20230311+deb12u1', '20250419'],
  ],
  noble: [
    ['php8.2', 'php8.3'],
    ['8.2.29-1~deb12u1', '8.3.6-0ubuntu0.24.04.5'],
    ['2:8.2+93', '2:8.3+93ubuntu2'],
    ['gcc-12', 'gcc-13'],
    ['cpp-12', 'cpp-13'],
    ['12.2.0-14+deb12u1', '13.3.0-6ubuntu2~24.04'],
    ['4:12.2.0-3', '4:13.2.0-7ubuntu1'],
    ['1:10.11.14-0+deb12u2', '1:10.11.13-0ubuntu0.24.04.1'],
    ['2.4.65-1~deb12u1', '2.4.58-1ubuntu8.8'],
    ['2:2.4-2+deb12u1', '2:2.5-3ubuntu4'],
    ['3.11.2-1+b1', '3.12.3-0ubuntu2'],
    ['python3.11', 'python3.12'],
    ['1.21.3-1+deb12u1', '1.21.4-1ubuntu4.1'],
    ['20230311+deb12u1', '20240203'],
  ],
};

/** What the repository of MongoDB has; only where it is among apt's sources. */
const MONGODB = parsePackages(`
mongodb-org|8.0.15|16|40|mongodb-org-server mongodb-org-shell mongodb-org-mongos mongodb-org-tools||MongoDB open source document-oriented database system (metapackage)
mongodb-org-server|8.0.15|36000|190000||usr/bin/mongod=mongod|MongoDB database server
mongodb-org-shell|8.0.15|3|15|mongodb-mongosh||MongoDB shell client (metapackage)
mongodb-mongosh|2.5.8|58000|330000||usr/bin/mongosh=not-simulated|MongoDB Shell CLI REPL Package
mongodb-org-mongos|8.0.15|26000|140000||usr/bin/mongos=not-simulated|MongoDB sharded cluster query router
mongodb-org-tools|8.0.15|3|15|||MongoDB tools (metapackage)
`);

export const LISTS = '/var/lib/apt/lists';
const suites = new Map<string, ReadonlyMap<string, Package>>();

/** What `VAR=` says in /etc/os-release. */
export function releaseFact(p: Process, name: string): string | undefined {
  if (!p.fs.exists('/etc/os-release')) return undefined;
  return new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text(p.fs.read('/etc/os-release')))?.[1];
}

/** The packages of the release that the process runs on, with those of other repositories whose lists it has. */
export function packagesHere(p: Process): ReadonlyMap<string, Package> {
  const suite = releaseFact(p, 'VERSION_CODENAME') ?? 'bookworm';
  let found = suites.get(suite);
  if (found === undefined) {
    const changes = NEWER[suite];
    found =
      changes === undefined
        ? debianPackages
        : parsePackages(changes.reduce((all, [from, to]) => all.replaceAll(from, to), DEBIAN));
    suites.set(suite, found);
  }
  const listed =
    p.fs.isDirectory(LISTS) && p.fs.list(LISTS).some((name) => name.startsWith('repo.mongodb.org_'));
  return listed ? new Map([...found, ...MONGODB]) : found;
}

/** A repository of /etc/apt/sources.list.d. */
export interface Source {
  readonly url: string;
  readonly suite: string;
  readonly key: string | undefined;
}

/** The repositories besides the distribution's own, from `*.list` and `*.sources`. */
export function otherSources(p: Process): Source[] {
  const folder = '/etc/apt/sources.list.d';
  if (!p.fs.isDirectory(folder)) return [];
  return [...p.fs.list(folder)].sort().flatMap((name): Source[] => {
    const source = text(p.fs.read(`${folder}/${name}`));
    if (name.endsWith('.list'))
      return [...source.matchAll(/^deb\s+(?:\[([^\]]*)\]\s*)?(https?:\S+)\s+(\S+)/gm)].map(
        ([, options = '', url = '', suite = '']) => ({
          url: url.replace(/\/$/, ''),
          suite,
          key: /signed-by=(\S+)/.exec(options)?.[1],
        }),
      );
    if (!name.endsWith('.sources')) return [];
    return source.split(/\n\s*\n/).flatMap((block): Source[] => {
      const field = (key: string): string | undefined =>
        new RegExp(`^${key}:\\s*(\\S+)`, 'im').exec(block)?.[1];
      const url = field('URIs');
      return url === undefined || /deb\.debian\.org|ubuntu\.com/.test(url)
        ? []
        : [{ url: url.replace(/\/$/, ''), suite: field('Suites') ?? '', key: field('Signed-By') }];
    });
  });
}

/** Why a repository cannot be used: apt's `Err:` line, and what it says at the end. */
export interface SourceProblem {
  readonly line: string;
  readonly after: string;
  readonly fatal: boolean;
}

/** Looks at a repository as `apt-get update` does: name, certificate, signature. */
export function sourceProblem(p: Process, source: Source, resolved: boolean): SourceProblem | undefined {
  const host = source.url.replace(/^https?:\/\//, '').replace(/[/:].*$/, '');
  const what = `${source.url} ${source.suite} InRelease`;
  const release = `${source.url}/dists/${source.suite}/InRelease`;
  if (!resolved) {
    const line = `Could not resolve '${host}'`;
    return { line, after: `W: Failed to fetch ${release}  ${line}\n`, fatal: false };
  }
  if (source.url.startsWith('https:') && !p.fs.exists('/etc/ssl/certs/ca-certificates.crt')) {
    const line =
      'Certificate verification failed: The certificate is NOT trusted. The certificate issuer is unknown.  Could not handshake: Error in the certificate verification.';
    return { line, after: `W: Failed to fetch ${release}  ${line}\n`, fatal: false };
  }
  const { key } = source;
  const there = key !== undefined && p.fs.exists(key);
  const readable = there && (p.fs.stat(key).mode & 0o004) !== 0;
  if (readable && text(p.fs.read(key)).includes('MongoDB')) return undefined;
  const note =
    there && !readable
      ? `W: The key(s) in the keyring ${key} are ignored as the file is not readable by user '_apt' executing apt-key.\n`
      : '';
  return {
    line: "The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 4B0752C1BCA238C0",
    after: `${note}W: GPG error: ${what}: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 4B0752C1BCA238C0\nE: The repository '${what}' is not signed.\n`,
    fatal: true,
  };
}
