import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { imageView } from '../../../src/docker/cli/commands/image/view.ts';
import type { ImageSummary } from '../../../src/docker/engine/api.ts';
import { docker } from './machine.ts';

interface Step {
  command: string;
  stdout: string;
  raw?: string;
}

const steps = (name: string): Step[] =>
  (
    JSON.parse(
      readFileSync(new URL(`../../conformance/transcripts/${name}.json`, import.meta.url), 'utf8'),
    ) as { steps: Step[] }
  ).steps;

const busybox = (InUse: boolean): ImageSummary => ({
  Containers: 0,
  Created: Date.UTC(2026, 10, 21, 2, 29, 35) / 1000,
  Id: 'sha256:cebe05b7b890c676ed33a7d5adb8a637c293dfc2cf11d7c617426e446d833625',
  Labels: null,
  ParentId: '',
  RepoDigests: ['busybox@sha256:cebe05b7b890c676ed33a7d5adb8a637c293dfc2cf11d7c617426e446d833625'],
  RepoTags: ['busybox:latest'],
  SharedSize: -1,
  Size: 3_138_000,
  ContentSize: 1_090_000,
  InUse,
  Descriptor: { mediaType: '', digest: '', size: 0 },
});

describe('docker images', () => {
  const recorded = (command: string): string =>
    steps('07-images').find((step) => step.command === command)?.stdout ?? '';
  const list = { imageList: () => [busybox(false)] };

  test.each([
    ['docker images busybox'],
    ['docker images --tree busybox'],
    ['docker images --no-trunc busybox'],
    ['docker images --digests busybox'],
    ["docker images --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.Size}}' busybox"],
    ["docker images --format '{{json .}}' busybox"],
  ])('%s', async (command) => {
    const argv = [...command.matchAll(/'([^']*)'|(\S+)/g)]
      .map((match) => match[1] ?? match[2] ?? '')
      .slice(1);
    expect((await docker(argv, list)).stdout).toBe(recorded(command));
  });

  test('on a terminal it has colours and a legend', () => {
    const raw = steps('50-terminal').find((step) => step.command === 'docker images --tree busybox')?.raw;
    expect(
      imageView([busybox(true)], { tree: true, terminal: { columns: 120 } }).replaceAll('\n', '\r\n'),
    ).toBe(raw);
  });
});
