import { config, version } from './config.ts';
import type { ComposeCommand } from './context.ts';
import { cp } from './cp.ts';
import { down, kill, pause, restart, rm, start, stop, unpause } from './lifecycle.ts';
import { images, ls, port, ps, top, volumes } from './list.ts';
import { attach, commit, events, exportService, stats, wait } from './observe.ts';
import { create, scale, up } from './up.ts';
import { build, exec, logs, pull, push, run } from './use.ts';
import { watch } from './watch.ts';

/** Every simulated command of `docker compose`; the others are known and refused by name. */
export const TABLE: Readonly<Record<string, ComposeCommand>> = {
  attach,
  build,
  commit,
  config,
  cp,
  create,
  down,
  events,
  exec,
  export: exportService,
  images,
  kill,
  logs,
  ls,
  pause,
  port,
  ps,
  pull,
  push,
  restart,
  rm,
  run,
  scale,
  start,
  stats,
  stop,
  top,
  unpause,
  up,
  version,
  volumes,
  wait,
  watch,
};
