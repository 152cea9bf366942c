import type { CatalogueImage } from '../types.ts';
import { debianLayers } from './debian.ts';
import { add, binary, created, directories, link, nop, padding } from './entries.ts';

export const python: CatalogueImage = {
  repository: 'python',
  tags: ['3', '3-slim', 'latest', 'slim', '3-alpine', '3.13', '3.13-slim', '3.12', '3.12-slim', '3.11-slim'],
  created: created(10),
  config: {
    Env: [
      'PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'LANG=C.UTF-8',
      'PYTHON_VERSION=3.11.2',
    ],
    Cmd: ['python3'],
  },
  layers: [
    ...debianLayers,
    nop('ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'),
    nop('ENV LANG=C.UTF-8'),
    add('d90c27a15be4', [
      ...directories(
        'usr/lib/python3 usr/lib/python3/dist-packages usr/lib/python3.11 usr/local/lib/python3.11 usr/local/lib/python3.11/dist-packages',
      ),
      binary('usr/bin/python3.11', 'python3', 6_831_736),
      link('usr/bin/python3', 'python3.11'),
      link('usr/local/bin/python3', '/usr/bin/python3'),
      link('usr/local/bin/python', '/usr/bin/python3'),
      binary('usr/local/bin/pip', 'pip', 226),
      link('usr/local/bin/pip3', 'pip'),
      padding('usr/lib/x86_64-linux-gnu/libsqlite3.so.0.8.6', 1_450_000),
      padding('usr/lib/python3.11/stdlib.tar', 28_000_000),
    ]),
    nop('ENV PYTHON_VERSION=3.11.2'),
    nop('CMD ["python3"]'),
  ],
  description: 'Python is an interpreted, interactive, object-oriented, open-source programming language.',
  stars: 9900,
  official: true,
};
