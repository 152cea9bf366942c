import type { Engine } from '../docker/engine/engine.ts';
import type { Process, Program } from '../docker/kernel/process.ts';
import type { Sys } from '../docker/kernel/wait.ts';

/**
 * `ip` on the reader's machine. Taking the outward interface down, or the default route away, takes the machine (and with it
 * the engine) off the internet; all else is the ordinary `ip`. On the machine of the recordings eth0 was not the way out
 * (`outward` false): there it changes nothing.
 */
export function hostIp(engine: Engine, outward: boolean): Program {
  let linkUp = true;
  let routed = true;
  const apply = (): number => {
    if (outward) engine.online = linkUp && routed;
    return 0;
  };
  return function* (p: Process): Sys<number> {
    const words = p.argv.slice(1).filter((word) => !word.startsWith('-'));
    const [object = '', verb = '', ...rest] = words;
    if (/^l/.test(object) && verb === 'set' && rest.includes('eth0')) {
      if (rest.includes('down')) {
        linkUp = false;
        // The kernel drops the routes of an interface that goes down.
        routed = false;
        return apply();
      }
      if (rest.includes('up')) {
        linkUp = true;
        return apply();
      }
    }
    if (/^r/.test(object) && rest[0] === 'default' && /^(?:add|replace|change|del|delete)$/.test(verb)) {
      const removing = verb.startsWith('del');
      if (removing ? !routed : !linkUp || (verb === 'add' && routed)) {
        const why = removing ? 'No such process' : linkUp ? 'File exists' : 'Network is unreachable';
        yield* p.error(
          `${linkUp || removing ? 'RTNETLINK answers' : 'Error'}: ${why}${linkUp || removing ? '' : '.'}\n`,
        );
        return 2;
      }
      routed = !removing;
      return apply();
    }
    const ordinary = p.kernel.programs.get('ip');
    if (ordinary === undefined) return 127;
    const program = ordinary instanceof Promise ? yield* p.kernel.external(ordinary) : ordinary;
    return yield* program(p);
  };
}
