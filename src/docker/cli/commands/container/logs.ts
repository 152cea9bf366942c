import { readTime } from '../../../engine/timestamp.ts';
import { concat, utf8 } from '../../../kernel/bytes.ts';
import type { Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { nanoTime } from '../../format/units.ts';

/** `docker logs` */
export const logs: Command = {
  flags: {
    details: 'full',
    follow: 'full',
    since: 'full',
    tail: 'full',
    timestamps: 'full',
    until: 'full',
  },
  *run({ p, engine, flags, args: [name = ''] }) {
    engine.containerInspect(name);
    const time = (flag: 'since' | 'until'): number | undefined => {
      const written = flags.string(flag);
      if (written === '') return undefined;
      const value = readTime(written, p.kernel.clock.now);
      if (typeof value === 'object') throw new CliError(`invalid value for "${flag}": ${value.problem}`);
      return value;
    };
    const since = time('since');
    const until = time('until');
    // Anything that is no number means all, as the daemon takes it; so does a negative one.
    const tail = /^[-+]?\d+$/.test(flags.string('tail')) ? Number(flags.string('tail')) : undefined;
    const { Tty } = engine.containerInspect(name).Config;
    const stamp = flags.bool('timestamps');
    yield* engine.containerLogs(
      name,
      {
        stdout: true,
        stderr: true,
        follow: flags.bool('follow'),
        details: flags.bool('details'),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(tail === undefined ? {} : { tail }),
      },
      function* (line) {
        const details = line.details === undefined ? '' : `${detailText(line.details)} `;
        const prefix = (stamp ? `${nanoTime(line.time)} ` : '') + details;
        const bytes = prefix === '' ? line.bytes : concat([utf8(prefix), line.bytes]);
        yield* p.write(Tty || line.stream === 'stdout' ? 1 : 2, bytes);
      },
    );
    return 0;
  },
};

/** `a=1,tag=x%2Fy`: as in a URL, sorted. */
function detailText(details: Readonly<Record<string, string>>): string {
  const coded = (part: string): string => encodeURIComponent(part).replaceAll('%20', '+');
  return Object.entries(details)
    .map(([key, value]) => `${coded(key)}=${coded(value)}`)
    .sort()
    .join(',');
}
