import { together } from '../../../compose/engine/progress.ts';
import { containersOf, nameOf, numberOf } from '../../../compose/engine/state.ts';
import { ComposeError } from '../../../compose/error.ts';
import type { ContainerSummary } from '../../../engine/api.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { copy } from '../container/cp.ts';
import { type ComposeCall, type ComposeCommand, progressOf, projectName } from './context.ts';

interface Side {
  readonly service: string;
  readonly path: string;
}

/** `api:/tmp` is of a service; absolute paths and those that begin with a dot are the host's. */
function readSide(written: string): Side {
  const at = written.indexOf(':');
  if (written.startsWith('/') || written.startsWith('.') || at <= 0) return { service: '', path: written };
  return { service: written.slice(0, at), path: written.slice(at + 1) };
}

/** `docker compose cp`: to or from the containers of a service, one line for each. */
export const cp: ComposeCommand = {
  docker: true,
  args: [2, 2],
  flags: { all: 'full', archive: 'partial', 'follow-link': 'full', index: 'full' },
  *run(call) {
    const { p, args } = call;
    const name = yield* projectName(call);
    const [from, to] = [readSide(args[0] ?? ''), readSide(args[1] ?? '')];
    if (from.service !== '' && to.service !== '')
      throw new ComposeError('copying between services is not supported');
    const service = from.service || to.service;
    if (service === '') throw new ComposeError('unknown copy direction');
    const chosen = targets(call, name, service, from.service !== '');
    const progress = progressOf(call, 'Copying');
    yield* progress.run(
      together(
        p,
        chosen.map(
          (container) =>
            function* (): Sys<void> {
              const own = nameOf(container);
              const text =
                from.service !== ''
                  ? `copy ${own}:${from.path} to ${to.path}`
                  : `copy ${from.path} to ${own}:${to.path}`;
              yield* progress.event(own, 'Copying', 'working', text);
              yield* copy(
                call,
                { container: from.service === '' ? undefined : container.Id, path: from.path },
                { container: to.service === '' ? undefined : container.Id, path: to.path },
                true,
              );
              yield* progress.event(own, 'Copied', 'done', text);
            },
        ),
      ),
    );
    return 0;
  },
};

/** From the first container of a service, to all of them; `--index` chooses one, `--all` takes those of `run` as well. */
function targets(
  { engine, flags }: ComposeCall,
  name: string,
  service: string,
  first: boolean,
): ContainerSummary[] {
  const index = flags.int('index');
  const all = containersOf(engine, name, { services: [service], oneOff: flags.bool('all') });
  if (index > 0) {
    const found = all.find((container) => numberOf(container) === index);
    if (found === undefined)
      throw new ComposeError(`service ${JSON.stringify(service)} is not running container #${index}`);
    return [found];
  }
  if (all.length === 0) throw new ComposeError(`no container found for service ${JSON.stringify(service)}`);
  return first ? all.slice(0, 1) : all;
}
