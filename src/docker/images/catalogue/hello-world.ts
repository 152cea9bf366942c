import type { CatalogueImage } from '../types.ts';
import { add, binary, created, nop } from './entries.ts';

export const helloWorld: CatalogueImage = {
  repository: 'hello-world',
  tags: ['latest', 'linux'],
  created: created(0),
  config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['/hello'] },
  layers: [add('201f8f1849e8', [binary('hello', 'hello', 967)]), nop('CMD ["/hello"]')],
  description: 'Hello World! (an example of minimal Dockerization)',
  stars: 2400,
  official: true,
};
