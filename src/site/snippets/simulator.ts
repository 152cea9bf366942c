import type { Locale } from '../locales.ts';

/** What the build needs of `src/shell/session.ts`; the real module and the tests' stand-ins both fit. */
export interface PageSession {
  run(
    command: string,
    options?: {
      terminal?: { columns: number; rows: number };
      input?: string;
      stopAfter?: number;
      timeout?: number;
      idle?: number;
      onOutput?: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
    },
  ): Promise<{ exit: number; elapsed: number }>;
  writeFile(path: string, text: string): void;
}

export interface SessionStart {
  seed: string;
  start: number;
  images: readonly string[];
  /** The reader's language, where what is printed depends on it. */
  locale?: Locale | undefined;
}

export interface Simulator {
  createSession(start: SessionStart): Promise<PageSession>;
  /** The complete commands of a snippet, in order, each a part of the source. */
  splitCommands(source: string): readonly { readonly text: string }[];
}
