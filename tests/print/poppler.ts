import { execFileSync } from 'node:child_process';

let ready = false;

/** Poppler's tools read the PDFs; they are installed where they can be, else it is said plainly what to do. */
function ensurePoppler(): void {
  if (ready) return;
  const works = () => {
    try {
      execFileSync('pdfinfo', ['-v'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  if (!works()) {
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', 'poppler-utils'],
    ]) {
      try {
        execFileSync('apt-get', args, { stdio: 'ignore', timeout: 300_000 });
      } catch {
        // The message below says what to do.
      }
    }
  }
  ready = works();
  if (!ready) throw new Error('The print tests need poppler: sudo apt-get install poppler-utils');
}

function poppler(tool: string, ...args: readonly string[]): string {
  ensurePoppler();
  return execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

/** What `pdfinfo` tells of a file, by its name: `Pages`, `Tagged`, `Page size`, `Title`. */
export function infoOf(file: string): ReadonlyMap<string, string> {
  const rows = poppler('pdfinfo', file).split('\n');
  return new Map(rows.map((row) => [row.split(':')[0] ?? '', row.slice(row.indexOf(':') + 1).trim()]));
}

/** The lines of each page as a reader copies them. */
export function linesOf(file: string, pages: number): string[][] {
  return Array.from({ length: pages }, (_, at) =>
    poppler('pdftotext', '-raw', '-f', String(at + 1), '-l', String(at + 1), file, '-')
      .replaceAll('\f', '')
      .split('\n')
      .map((line) => line.trimEnd()),
  );
}

/** A word on a page, in points from its upper left corner. */
export interface Word {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The words of each page with the size of the page. */
export function wordsOf(file: string): { width: number; height: number; words: Word[] }[] {
  return poppler('pdftotext', '-bbox', file, '-')
    .split('<page ')
    .slice(1)
    .map((page) => {
      const size = /width="([\d.]+)" height="([\d.]+)"/.exec(page);
      const words = [
        ...page.matchAll(
          /<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)<\/word>/g,
        ),
      ].map(([, left, top, right, bottom, text = '']) => ({
        text: text.replaceAll(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity),
        left: Number(left),
        right: Number(right),
        top: Number(top),
        bottom: Number(bottom),
      }));
      return { width: Number(size?.[1]), height: Number(size?.[2]), words };
    });
}
