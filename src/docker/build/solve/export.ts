import type { EngineApi, NewImage, StoredImage } from '../../engine/api.ts';
import { canonical, parseReference, withDefaultTag } from '../../engine/reference.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { Progress } from '../progress/progress.ts';
import type { Solver } from './solver.ts';
import type { StageState } from './stage.ts';

/** BuildKit's mark in the history of an image. */
const COMMENT = 'buildkit.dockerfile.v0';

/** When each row was made: layers when they were built; rows between them as the layer before, the first ones as the first layer. */
function rowTimes(
  times: readonly (number | undefined)[],
  baseTime: number | undefined,
): (number | undefined)[] {
  const firstNew = times.find((time) => time !== undefined);
  let last = times[0] === undefined && firstNew !== undefined ? firstNew : baseTime;
  return times.map((time) => {
    if (time !== undefined) last = time;
    return time ?? last;
  });
}

/** Turns the result of a build into an image of the store, names it, and shows the steps of it. */
export function* exportImage(
  engine: EngineApi,
  progress: Progress,
  solver: Solver,
  state: StageState,
  options: {
    readonly tags: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
    readonly baseCreated: number | undefined;
    readonly buildRef: string;
    readonly ran: boolean;
    readonly work: (low: number, high: number) => Sys<void>;
  },
): Sys<StoredImage> {
  const { work } = options;
  const vertex = progress.start('exporting to image');
  const step = function* (name: string, low: number, high: number): Sys<void> {
    const end = progress.status(vertex, name);
    yield* work(low, high);
    end();
  };
  yield* options.ran ? step('exporting layers', 15, 40) : step('exporting layers', 0, 1);
  const stored = engine.imageStore(newImage(solver, state, options, progress.now));
  yield* step(`exporting manifest ${stored.manifest}`, 0, 2);
  yield* step(`exporting config ${stored.config}`, 0, 2);
  if (stored.attestation !== undefined)
    yield* step(`exporting attestation manifest ${stored.attestation}`, 1, 4);
  yield* step(`exporting manifest list ${stored.id}`, 0, 3);
  const names = options.tags.map((tag) => canonical(withDefaultTag(parseReference(tag))));
  for (const name of names.length === 0 ? [`moby-dangling@${stored.id}`] : names) {
    yield* step(`naming to ${name}`, 0, 1);
    yield* step(`unpacking to ${name}`, 0, options.ran ? 12 : 2);
  }
  engine.imageNameBuilt(stored.id, options.tags);
  progress.complete(vertex);
  return stored;
}

function newImage(
  solver: Solver,
  state: StageState,
  options: {
    readonly labels: Readonly<Record<string, string>>;
    readonly baseCreated: number | undefined;
    readonly buildRef: string;
  },
  now: number,
): NewImage {
  const times = state.history.map(({ op }) => (op === undefined ? undefined : solver.result(op).created));
  const shown = rowTimes(times, options.baseCreated);
  const labels = { ...state.config.Labels, ...options.labels };
  return {
    config: Object.keys(labels).length === 0 ? state.config : { ...state.config, Labels: labels },
    history: state.history.map(({ createdBy, op }, i) => ({
      createdBy,
      comment: COMMENT,
      created: shown[i] ?? now,
      ...(op === undefined ? {} : { tree: solver.result(op).root }),
    })),
    ...(state.base === undefined ? {} : { parent: state.base }),
    author: state.author,
    created: shown.at(-1) ?? options.baseCreated ?? now,
    index: true,
    buildRef: options.buildRef,
  };
}
