import type { Emit, ProgressMessage } from '../../engine/api.ts';
import type { Process } from '../../kernel/process.ts';
import { humanSize } from '../format/units.ts';

/**
 * Shows the messages of pull, push and load as the real CLI does (jsonmessage): on a terminal a line per layer that is
 * drawn over with a progress bar, else only the lines that are no bar.
 */
export function showProgress(p: Process, fd: 1 | 2): Emit<ProgressMessage> {
  const tty = p.files.get(fd)?.tty;
  let lines = new Map<string, number>();
  return function* (message) {
    const { id, status = '', stream, progressDetail } = message;
    if (message.aux !== undefined && status === '' && stream === undefined) return;
    if (stream !== undefined) {
      yield* p.write(fd, stream);
      return;
    }
    const isLayer = id !== undefined && (progressDetail !== undefined || /^[0-9a-f]{12}$/.test(id));
    const bar = progressDetail === undefined ? '' : progressText(status, progressDetail, tty?.columns ?? 200);
    if (tty === undefined) {
      if (bar === '') yield* p.write(fd, `${id === undefined ? '' : `${id}: `}${status}\n`);
      return;
    }
    if (id === undefined || !isLayer) {
      lines = new Map();
      yield* p.write(fd, `${id === undefined ? '' : `${id}: `}${status}\n`);
      return;
    }
    if (!lines.has(id)) {
      lines.set(id, lines.size);
      yield* p.write(fd, '\n');
    }
    const up = lines.size - (lines.get(id) ?? 0);
    yield* p.write(fd, `\x1b[${up}A\x1b[2K\r${id}: ${status} ${bar}\r\x1b[${up}B`);
  };
}

/** `[==>   ]  1.2MB/3.4MB`; seconds for what is being unpacked. */
function progressText(
  status: string,
  { current, total }: { current: number; total: number },
  columns: number,
): string {
  if (current <= 0 && total <= 0) return '';
  if (total <= 0) return status === 'Extracting' ? `${current} s` : humanSize(current).padStart(8);
  const done = Math.min(50, Math.trunc(Math.trunc((current / total) * 100) / 2));
  const box = columns > 110 ? `[${'='.repeat(done)}>${' '.repeat(50 - done)}] ` : '';
  return current > total
    ? `${box}${humanSize(current).padStart(8)}`
    : `${box}${humanSize(current).padStart(8)}/${humanSize(total)}`;
}
