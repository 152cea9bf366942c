import type { Command } from '../../call.ts';
import { align } from '../../format/tabwriter.ts';

/** `docker top` */
export const top: Command = {
  interspersed: false,
  flags: {},
  *run({ p, engine, args: [name = '', ...words] }) {
    const { Titles, Processes } = yield* engine.containerTop(name, words);
    const lines = [Titles, ...Processes].map((cells) => `${cells.join('\t')}\n`).join('');
    yield* p.print(align(lines, { minWidth: 20, padding: 3 }));
    return 0;
  },
};
