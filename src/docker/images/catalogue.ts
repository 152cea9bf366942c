import { alpine } from './catalogue/alpine.ts';
import { busybox } from './catalogue/busybox.ts';
import { mongo, postgres17, postgres18 } from './catalogue/databases.ts';
import { debian, debian13 } from './catalogue/debian.ts';
import { helloWorld } from './catalogue/hello-world.ts';
import { httpd } from './catalogue/httpd.ts';
import { mariadb, mysql, mysql57 } from './catalogue/mariadb.ts';
import { nginx } from './catalogue/nginx.ts';
import { others } from './catalogue/others.ts';
import { phpApache, phpCli, wordpress } from './catalogue/php.ts';
import { python } from './catalogue/python.ts';
import { redis } from './catalogue/redis.ts';
import { registry } from './catalogue/registry.ts';
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
  httpd,
  redis,
  python,
  registry,
  mariadb,
  mysql57,
  mysql,
  debian13,
  postgres18,
  postgres17,
  mongo,
  phpCli,
  phpApache,
  wordpress,
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
    return [image];
  })
  .flatMap((image) => {
    const tags = image.tags.filter((tag) => RECORDED[image.repository]?.includes(tag) === true);
    return tags.length === 0 ? [] : [{ ...image, tags }];
  });
