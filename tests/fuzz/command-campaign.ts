// biome-ignore-all lint/suspicious/noTemplateCurlyInString: compose files, not templates
import type { Campaign } from './campaign.ts';
import { commandLine, setupLines } from './command-lines.ts';
import { THEMES } from './themes.ts';

const LINES = 20;

/** Random `docker …` lines on a machine with some images, a Dockerfile and a compose file. */
export const commands: Campaign = {
  linesPerSession: LINES,
  make: (random) => {
    const theme = random.pick(THEMES);
    const first = setupLines(random, theme);
    return {
      lines: [...first, ...Array.from({ length: LINES - first.length }, () => commandLine(random, theme))],
      options: {
        images: [
          'alpine',
          'busybox',
          'nginx:alpine',
          'redis:alpine',
          'hello-world',
          'ubuntu:24.04',
          'registry:2',
        ],
        files: {
          Dockerfile:
            'FROM alpine AS base\nARG A=1\nRUN echo $A > /a\nFROM base\nCOPY env /env\nCMD ["cat", "/env"]\n',
          env: 'A=1\nB=two words\n# comment\nC\n',
          'sub/x': 'x\n',
          'big.yaml':
            'services:\n  one:\n    image: nginx:alpine\n    ports: ["8091:80", "9000-9001:90-91"]\n    networks: [front, back]\n    healthcheck: { test: ["CMD", "true"], interval: 1s }\n    deploy: { replicas: 1 }\n  two:\n    image: alpine\n    command: sh -c "while :; do date; sleep 1; done"\n    networks: { back: { aliases: [zwei] } }\n    volumes: ["data:/data", "./sub:/sub:ro"]\n    environment: { A: "${A:-1}" }\n    depends_on: { one: { condition: service_healthy } }\n    restart: unless-stopped\n    deploy: { replicas: 2 }\n  built:\n    build: { context: ., target: base, args: { A: 3 } }\n    command: ["cat", "/a"]\n  extra:\n    image: busybox\n    profiles: [extra]\n    command: "true"\nvolumes: { data: {} }\nnetworks: { front: {}, back: { ipam: { config: [{ subnet: 172.31.0.0/24 }] } } }\n',
          'compose.yaml':
            'services:\n  one:\n    image: nginx:alpine\n    ports: ["8090:80"]\n  two:\n    image: alpine\n    command: sleep 100\n    depends_on: [one]\n',
        },
      },
    };
  },
};
