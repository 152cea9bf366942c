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
import { ubuntus } from './catalogue/ubuntu.ts';
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
