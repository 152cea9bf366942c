import type { Process } from '../../kernel/process.ts';
import { BadUsage } from './tool.ts';

/** What a program understands, as for getopt_long(3). */
export interface OptionSpec {
  /** `'al:x::'`: -a, -l VALUE, -x[VALUE]. */
  readonly short?: string;
  /** Long names and the short letter (or name) they mean; `:` behind it takes a value, `?` may take one after `=`. */
  readonly long?: Readonly<Record<string, string>>;
  /** The first operand ends the options, as for `env`, `nohup`, `xargs`. */
  readonly stop?: boolean;
  /** Exit code for bad usage. */
  readonly code?: number;
  /** `-5` means this option with the value 5, as for `head -5`. */
  readonly digits?: string;
}

/** The options given, in order, and the operands. */
export class Options {
  readonly order: [name: string, value: string][] = [];
  readonly args: string[] = [];

  has(...names: string[]): boolean {
    return this.order.some(([name]) => names.includes(name));
  }

  /** The last value of an option. */
  get(name: string): string | undefined {
    return this.order.findLast(([n]) => n === name)?.[1];
  }

  all(name: string): string[] {
    return this.order.filter(([n]) => n === name).map(([, value]) => value);
  }

  /** Which of these was given last. */
  last(...names: string[]): string | undefined {
    return this.order.findLast(([name]) => names.includes(name))?.[0];
  }
}

/** Reads a program's arguments: `ls -la --color=auto x` ⇒ options l, a, color and the operand x. Throws BadUsage. */
export function parseOptions(
  p: Process,
  spec: OptionSpec,
  argv: readonly string[] = p.argv.slice(1),
): Options {
  const options = new Options();
  const short = spec.short ?? '';
  const long = spec.long ?? {};
  const bad = (message: string): BadUsage => new BadUsage(message, spec.code ?? 1);
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? '';
    if (arg === '--') {
      options.args.push(...argv.slice(i + 1));
      break;
    }
    if (arg.startsWith('--')) {
      const at = arg.indexOf('=');
      const name = at < 0 ? arg.slice(2) : arg.slice(2, at);
      const found = findLong(long, name);
      if (found === undefined) throw bad(`unrecognized option '${arg}'`);
      if (found === 'ambiguous') throw bad(`option '${arg}' is ambiguous`);
      const kind = (long[found] ?? '').at(-1);
      const key = (long[found] ?? '').replace(/[:?]$/, '');
      if (kind === ':') {
        const value = at < 0 ? argv[++i] : arg.slice(at + 1);
        if (value === undefined) throw bad(`option '--${found}' requires an argument`);
        options.order.push([key, value]);
      } else if (at >= 0 && kind !== '?') {
        throw bad(`option '--${found}' doesn't allow an argument`);
      } else {
        options.order.push([key, at < 0 ? '' : arg.slice(at + 1)]);
      }
    } else if (arg.startsWith('-') && arg !== '-') {
      if (spec.digits !== undefined && /^-\d+$/.test(arg)) {
        options.order.push([spec.digits, arg.slice(1)]);
        continue;
      }
      for (let j = 1; j < arg.length; j++) {
        const letter = arg[j] ?? '';
        const at = letter === ':' ? -1 : short.indexOf(letter);
        if (at < 0) throw bad(`invalid option -- '${letter}'`);
        if (short[at + 1] !== ':') {
          options.order.push([letter, '']);
          continue;
        }
        const rest = arg.slice(j + 1);
        if (short[at + 2] === ':') options.order.push([letter, rest]);
        else if (rest !== '') options.order.push([letter, rest]);
        else {
          const value = argv[++i];
          if (value === undefined) throw bad(`option requires an argument -- '${letter}'`);
          options.order.push([letter, value]);
        }
        break;
      }
    } else if (spec.stop === true) {
      options.args.push(...argv.slice(i));
      break;
    } else {
      options.args.push(arg);
    }
  }
  return options;
}

function findLong(long: Readonly<Record<string, string>>, name: string): string | undefined {
  if (name in long) return name;
  const starting = Object.keys(long).filter((known) => known.startsWith(name));
  if (starting.length > 1 && new Set(starting.map((s) => long[s])).size > 1) return 'ambiguous';
  return starting[0];
}

/** A count with a suffix as dd, head and truncate take it: `1k` ⇒ 1024, `2MB` ⇒ 2000000; undefined if it is none. */
export function sizeNumber(written: string): number | undefined {
  const match = /^(\d+)(?:(c|w|b)|([kKmMGTP])(i?B)?)?$/.exec(written);
  if (match === null) return undefined;
  const base = Number(match[1]);
  if (match[2] !== undefined) return base * (match[2] === 'c' ? 1 : match[2] === 'w' ? 2 : 512);
  if (match[3] === undefined) return base;
  const power = 'kMGTP'.indexOf(match[3] === 'K' ? 'k' : match[3] === 'm' ? 'M' : match[3]) + 1;
  return base * (match[4] === 'B' ? 1000 : 1024) ** power;
}
