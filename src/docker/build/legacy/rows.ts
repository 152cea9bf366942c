import { goDuration } from '../../engine/duration.ts';
import type { ImageConfig } from '../../images/types.ts';
import type { Instruction } from '../dockerfile/instructions.ts';

/**
 * What the legacy builder writes into history for an instruction that changes only the configuration, from BuildKit's row:
 * `ENV A=1` ⇒ `#(nop)  ENV A=1`.
 */
export function nopRow(instruction: Instruction, row: string, config: ImageConfig): string {
  switch (instruction.kind) {
    case 'ARG':
      return `#(nop)  ARG ${instruction.args.map(({ key, value }) => (value === undefined ? key : `${key}=${value}`)).join(' ')}`;
    case 'EXPOSE':
      return `#(nop)  EXPOSE ${[...instruction.ports].sort().join(' ')}`;
    case 'HEALTHCHECK':
      return `#(nop)  HEALTHCHECK ${health(config.Healthcheck ?? { Test: [] })}`;
    case 'ONBUILD':
      return `#(nop)  ONBUILD ${instruction.expression}`;
    case 'WORKDIR':
      return `#(nop) WORKDIR ${config.WorkingDir ?? '/'}`;
    default:
      return `#(nop)  ${row}`;
  }
}

/** Go's `%+v` of a health check. */
function health({
  Test,
  Interval = 0,
  Timeout = 0,
  StartPeriod = 0,
  StartInterval = 0,
  Retries = 0,
}: NonNullable<ImageConfig['Healthcheck']>): string {
  return `&{Test:[${Test.join(' ')}] Interval:${goDuration(Interval)} Timeout:${goDuration(Timeout)} StartPeriod:${goDuration(StartPeriod)} StartInterval:${goDuration(StartInterval)} Retries:${Retries}}`;
}
