import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Versions of what the site teaches, as its simulator has them. */
export const TAUGHT = 'Docker Engine 29 · Compose 2.40';

/** `Muelle 0.1.0 · 2026-11-21`: the site's version and the day of this build, for paper (reproducible builds set the day). */
export function edition(): string {
  const { version } = JSON.parse(readFileSync(resolve('package.json'), 'utf8')) as { version: string };
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  const day = epoch === undefined ? new Date() : new Date(Number(epoch) * 1000);
  return `Muelle ${version} · ${day.toISOString().slice(0, 10)}`;
}
