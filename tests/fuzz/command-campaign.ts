import type { Campaign } from './campaign.ts';
import { commandLine, setupLines } from './command-lines.ts';

const LINES = 20;

/** Random `docker …` lines on a machine with some images, a Dockerfile and a compose file. */
export const commands: Campaign = {
  linesPerSession: LINES,
  make: (random) => ({
    lines: [...setupLines(random), ...Array.from({ length: LINES - 6 }, () => commandLine(random))],
    options: {
      images: ['alpine', 'busybox', 'nginx:alpine', 'redis:alpine', 'hello-world', 'ubuntu:24.04'],
      files: {
        Dockerfile:
          'FROM alpine AS base\nARG A=1\nRUN echo $A > /a\nFROM base\nCOPY env /env\nCMD ["cat", "/env"]\n',
        env: 'A=1\nB=two words\n# comment\nC\n',
        'sub/x': 'x\n',
        'compose.yaml':
          'services:\n  one:\n    image: nginx:alpine\n    ports: ["8090:80"]\n  two:\n    image: alpine\n    command: sleep 100\n    depends_on: [one]\n',
      },
    },
  }),
};
