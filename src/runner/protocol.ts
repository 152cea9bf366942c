import type { LogEntry, SessionOptions } from '../shell/session.ts';
import type { Locale } from './boot-texts.ts';

/**
 * What page and worker say to each other. The worker does one request at a time, in order; what concerns a command that
 * runs (keys, Ctrl-C, window size, acknowledgements) is handled at once.
 */

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A command to run in the session. */
export interface RunRequest {
  readonly command: string;
  readonly terminal: Size;
  /** Typed on the terminal, a line every 500 ms of engine time. */
  readonly input?: string;
  /** Ctrl-C after so many milliseconds of engine time. */
  readonly stopAfter?: number;
  /** Engine milliseconds that passed at the prompt before. */
  readonly idle?: number;
}

export interface Completion {
  readonly from: number;
  readonly items: readonly { readonly text: string; readonly kind: string }[];
}

/** Requests: each is answered by one `answer` or `failure` with the same id. */
export type Request =
  | {
      readonly type: 'open';
      readonly options: SessionOptions;
      readonly log: readonly LogEntry[];
      /** The reader's language. */
      readonly locale?: Locale;
    }
  | ({ readonly type: 'run' } & RunRequest)
  | { readonly type: 'split'; readonly source: string }
  | { readonly type: 'isComplete'; readonly source: string }
  | { readonly type: 'complete'; readonly line: string; readonly cursor: number }
  | { readonly type: 'writeFile'; readonly path: string; readonly text: string };

/** What each request is answered with. */
export interface Answers {
  open: { readonly prompt: string };
  run: RunAnswer;
  split: readonly string[];
  isComplete: boolean;
  complete: Completion;
  writeFile: { readonly added: readonly LogEntry[] };
}

export interface RunAnswer {
  readonly exit: number;
  /** Engine milliseconds. */
  readonly elapsed: number;
  readonly prompt: string;
  /** What the session's log has grown by. */
  readonly added: readonly LogEntry[];
  /** It was stopped because of the amount of output. */
  readonly flooded: boolean;
}

export type ToWorker =
  | { readonly type: 'request'; readonly id: number; readonly request: Request }
  /** Ctrl-C; answered at once by `pong`, so that the page knows whether the worker still listens. */
  | { readonly type: 'interrupt' }
  | { readonly type: 'type'; readonly text: string }
  | { readonly type: 'resize'; readonly size: Size }
  /** One `output` has been drawn. */
  | { readonly type: 'ack' };

export type FromWorker =
  | { readonly type: 'answer'; readonly id: number; readonly value: Answers[keyof Answers] }
  | { readonly type: 'failure'; readonly id: number; readonly message: string }
  | { readonly type: 'output'; readonly text: string }
  /** Engine time is about to jump. */
  | { readonly type: 'passing'; readonly engineMs: number }
  /** A program has begun or ceased to wait for a line; with `hidden`, what is typed must not be shown. */
  | { readonly type: 'waiting'; readonly waiting: boolean; readonly hidden: boolean }
  | { readonly type: 'pong' };
