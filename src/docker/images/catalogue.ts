import { alpine } from './catalogue/alpine.ts';
import { busybox } from './catalogue/busybox.ts';
import { debian, debian13 } from './catalogue/debian.ts';
import { helloWorld } from './catalogue/hello-world.ts';
import { httpd } from './catalogue/httpd.ts';
import { mariadb, mysql, mysql57 } from './catalogue/mariadb.ts';
import { nginx } from './catalogue/nginx.ts';
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
];

/** What the machine of the recordings has already pulled: exactly the tags that its `up` makes. */
export const labReferences: readonly string[] = [
  'hello-world:latest',
  'busybox:latest',
  'alpine:latest',
  'debian:latest',
  'debian:bookworm',
  'ubuntu:latest',
  'ubuntu:24.04',
  'ubuntu:22.04',
  'ubuntu:14.04',
  'nginx:latest',
  'nginx:alpine',
  'httpd:latest',
  'httpd:2.4',
  'redis:latest',
  'redis:alpine',
  'python:3',
  'python:3-slim',
  'python:latest',
  'registry:2',
  'mariadb:latest',
  'mysql:5.7',
  'mysql:latest',
];
