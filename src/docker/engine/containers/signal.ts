import { parseSignal, SIGNALS, type Signal } from '../../kernel/signals.ts';
import { DockerError } from '../error.ts';

/** A signal as dockerd reads it; real-time signals have a number and no name here: nothing in a container handles them. */
export interface AskedSignal {
  readonly number: number;
  readonly name: Signal | undefined;
}

/** First and last of the signals for programs (`kill -l`). */
const [RTMIN, RTMAX] = [34, 64] as const;

/** `RTMIN`, `RTMIN+3`, `RTMAX-14` ⇒ 34, 37, 50. */
function realTime(name: string): number | undefined {
  const match = /^(RTMIN|RTMAX)(?:([-+])(\d{1,2}))?$/.exec(name);
  if (match === null) return undefined;
  const [, base, sign, offset = '0'] = match;
  if ((base === 'RTMIN' && sign === '-') || (base === 'RTMAX' && sign === '+')) return undefined;
  const number = base === 'RTMIN' ? RTMIN + Number(offset) : RTMAX - Number(offset);
  return number >= RTMIN && number <= RTMAX ? number : undefined;
}

/**
 * Reads a signal as moby's sys/signal does: a name with or without SIG, or any number but 0. Throws `invalid-signal`; a
 * number that Linux does not have passes (`known` tells).
 */
export function readSignal(written: string): AskedSignal {
  if (/^[-+]?\d+$/.test(written)) {
    const number = Number(written);
    if (number !== 0) return { number, name: number > 0 ? parseSignal(String(number)) : undefined };
  } else {
    const upper = written.toUpperCase().replace(/^SIG/, '');
    const name = parseSignal(upper);
    if (name !== undefined) return { number: SIGNALS[name], name };
    const number = realTime(upper);
    if (number !== undefined) return { number, name: undefined };
  }
  throw new DockerError('invalid-signal', { signal: written });
}

/** Does Linux have it? */
export const isKnown = ({ number, name }: AskedSignal): boolean =>
  name !== undefined || (number >= RTMIN && number <= RTMAX);
