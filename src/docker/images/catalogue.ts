import { alpine } from './catalogue/alpine.ts';
import { busybox } from './catalogue/busybox.ts';
import { debian, debian13 } from './catalogue/debian.ts';
import { HEADS } from './catalogue/heads.ts';
import { helloWorld } from './catalogue/hello-world.ts';
import { nginx, recordedNginx } from './catalogue/nginx.ts';
import { others } from './catalogue/others.ts';
import { python } from './catalogue/python.ts';
import { recordedUbuntus, ubuntus } from './catalogue/ubuntu.ts';
import type { Catalogue } from './types.ts';

/** Everything the simulated Docker Hub offers: the stand-ins of the recordings first, in the order they were made. */
export const catalogue: Catalogue = [
  helloWorld,
  busybox,
  alpine,
  debian,
  ...ubuntus,
  nginx,
  { ...HEADS.httpd, load: () => import('./catalogue/httpd.ts').then((m) => m.httpd) },
  { ...HEADS.redis, load: () => import('./catalogue/redis.ts').then((m) => m.redis) },
  python,
  { ...HEADS.registry, load: () => import('./catalogue/registry.ts').then((m) => m.registry) },
  { ...HEADS.mariadb, load: () => import('./catalogue/mariadb.ts').then((m) => m.mariadb) },
  { ...HEADS.mysql57, load: () => import('./catalogue/mariadb.ts').then((m) => m.mysql57) },
  { ...HEADS.mysql, load: () => import('./catalogue/mariadb.ts').then((m) => m.mysql) },
  debian13,
  { ...HEADS.postgres18, load: () => import('./catalogue/databases.ts').then((m) => m.postgres18) },
  { ...HEADS.postgres17, load: () => import('./catalogue/databases.ts').then((m) => m.postgres17) },
  { ...HEADS.mongo, load: () => import('./catalogue/databases.ts').then((m) => m.mongo) },
  { ...HEADS.phpCli, load: () => import('./catalogue/php.ts').then((m) => m.phpCli) },
  { ...HEADS.phpApache, load: () => import('./catalogue/php.ts').then((m) => m.phpApache) },
  { ...HEADS.wordpress, load: () => import('./catalogue/php.ts').then((m) => m.wordpress) },
  ...others,
];

/** Exactly what the stand-in hub of the recordings has: `repository: tags`. */
const RECORDED: Readonly<Record<string, readonly string[]>> = {
  'hello-world': ['latest'],
  busybox: ['latest'],
  alpine: ['latest'],
  debian: ['latest', 'bookworm'],
  ubuntu: ['latest', '24.04', '22.04', '14.04'],
  nginx: ['latest', 'alpine'],
  httpd: ['latest', '2.4'],
  redis: ['latest', 'alpine'],
  python: ['3', '3-slim', 'latest'],
  registry: ['2'],
  mariadb: ['latest'],
  mysql: ['5.7', 'latest'],
  'nginx/nginx-ingress': ['latest'],
};

/** The catalogue of the machine that the recordings were made on, for comparing with them. */
export const recordedCatalogue: Catalogue = catalogue
  .flatMap((image) => {
    if (image.repository === 'ubuntu')
      return recordedUbuntus.filter((own) => own.tags.some((tag) => image.tags.includes(tag)));
    return image.repository === 'nginx' && image.tags.includes('latest') ? [recordedNginx] : [image];
  })
  .flatMap((image) => {
    const tags = image.tags.filter((tag) => RECORDED[image.repository]?.includes(tag) === true);
    return tags.length === 0 ? [] : [{ ...image, tags }];
  });
