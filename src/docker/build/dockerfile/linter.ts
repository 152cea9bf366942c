import { BuildError, type Lines } from './error.ts';

/** A finding of BuildKit's checks: `MaintainerDeprecated`, what it says, and where. */
export interface Warning {
  readonly rule: string;
  readonly message: string;
  readonly lines: Lines;
}

/** `MaintainerDeprecated: Maintainer instruction is … (line 2)` */
export const warningText = ({ rule, message, lines }: Warning): string =>
  `${rule}: ${message} (line ${lines.start})`;

/** Checks that are off unless `experimental=` names them. */
const EXPERIMENTAL = new Set(['InvalidDefinitionDescription']);

/** What `# check=` or `BUILDKIT_DOCKERFILE_CHECK` asks for: `skip=A,B;error=true`. */
interface CheckOptions {
  readonly skip: ReadonlySet<string> | 'all';
  readonly experimental: ReadonlySet<string> | 'all';
  readonly error: boolean;
}

/** Collects the findings of BuildKit's checks, as the Dockerfile's `# check=` directive wants them (frontend/dockerfile/linter). */
export class Linter {
  readonly warnings: Warning[] = [];
  readonly #options: CheckOptions;
  readonly #tell: (warning: Warning) => void;

  /** Throws BuildError for options that are none. */
  constructor(written = '', tell: (warning: Warning) => void = () => {}) {
    this.#options = readOptions(written);
    this.#tell = tell;
  }

  run(rule: string, message: string, { start, end }: Lines): void {
    const { skip, experimental } = this.#options;
    const has = (list: ReadonlySet<string> | 'all'): boolean => list === 'all' || list.has(rule);
    if (EXPERIMENTAL.has(rule) ? !has(experimental) : has(skip)) return;
    const warning = { rule, message, lines: { start, end } };
    this.warnings.push(warning);
    this.#tell(warning);
  }

  /** With `error=true`, findings fail the build. */
  get error(): BuildError | undefined {
    if (!this.#options.error || this.warnings.length === 0) return undefined;
    const rules = [...new Set(this.warnings.map(({ rule }) => rule))];
    return new BuildError(`lint violation found for rules: ${rules.join(', ')}`);
  }
}

function readOptions(written: string): CheckOptions {
  let skip: CheckOptions['skip'] = new Set();
  let experimental: CheckOptions['experimental'] = new Set();
  let error = false;
  const names = (value: string): ReadonlySet<string> | 'all' =>
    value === 'all' ? 'all' : new Set(value.split(',').map((name) => name.trim()));
  for (const part of written.trim() === '' ? [] : written.trim().split(';')) {
    const at = part.indexOf('=');
    const key = part.slice(0, at).trim();
    const value = part.slice(at + 1).trim();
    if (at < 0) throw bad(`invalid check option ${JSON.stringify(part)}`);
    if (key === 'skip') skip = names(value);
    else if (key === 'experimental') experimental = names(value);
    else if (key !== 'error') throw bad(`invalid check option ${JSON.stringify(key)}`);
    else if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) error = true;
    else if (!/^(?:0|f|F|FALSE|false|False)$/.test(value))
      throw bad(
        `failed to parse check option ${JSON.stringify(part)}: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
      );
  }
  return { skip, experimental, error };
}

const bad = (message: string): BuildError => new BuildError(`failed to parse check options: ${message}`);
