import { DockerError, type EngineApi } from '../../engine/api.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ComposeError } from '../error.ts';
import type { Hook } from '../project/model.ts';

/** Runs the commands of `post_start` or `pre_stop` in a container, one after the other. Throws ComposeError if one fails. */
export function* runHooks(
  engine: EngineApi,
  id: string,
  service: string,
  hooks: readonly Hook[] | undefined,
): Sys<void> {
  for (const hook of hooks ?? []) {
    const exec = engine.execCreate(id, {
      Cmd: hook.command,
      Privileged: hook.privileged ?? false,
      ...(hook.user === undefined ? {} : { User: hook.user }),
      ...(hook.working_dir === undefined ? {} : { WorkingDir: hook.working_dir }),
      ...(hook.environment === undefined
        ? {}
        : {
            Env: Object.entries(hook.environment).map(([key, value]) =>
              value === null ? key : `${key}=${value}`,
            ),
          }),
    });
    try {
      yield* engine.execStart(exec, { detach: true });
    } catch (error) {
      // What cannot even begin is passed over.
      if (error instanceof DockerError) continue;
      throw error;
    }
    const code = yield* engine.execWait(exec);
    if (code !== 0) throw new ComposeError(`${service} hook exited with status ${code}`);
  }
}
