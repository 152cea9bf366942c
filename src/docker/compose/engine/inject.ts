import type { EngineApi } from '../../engine/api.ts';
import { utf8 } from '../../kernel/bytes.ts';
import { writeTar } from '../../kernel/fs/tar.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ComposeError } from '../error.ts';
import type { Project, Service } from '../project/model.ts';
import { fileMounts } from './request.ts';

/** Copies secrets and configs that are a variable's or written in the file into a container that was just made. */
export function* injectFiles(
  engine: EngineApi,
  project: Project,
  name: string,
  service: Service,
  id: string,
): Sys<void> {
  for (const { source, path, file, use } of fileMounts(project, service)) {
    if (file.file !== undefined || file.external === true) continue;
    if (file.content === undefined)
      throw new ComposeError(
        `environment variable ${JSON.stringify(file.environment ?? '')} required by ${source} ${JSON.stringify(file.name)} is not set`,
      );
    if (service.read_only === true)
      throw new ComposeError(
        `cannot create ${source} ${JSON.stringify(file.name)} in read-only service ${name}: \`file\` is the sole supported option`,
      );
    if (file.content === '') continue;
    const archive = writeTar([
      {
        kind: 'file',
        path: path.slice(1),
        data: utf8(file.content),
        target: '',
        program: undefined,
        mode: use.mode === undefined ? 0o444 : Number.parseInt(use.mode, 8),
        uid: Number(use.uid ?? 0),
        gid: Number(use.gid ?? 0),
        mtime: 0,
      },
    ]);
    yield* engine.containerArchivePut(id, '/', archive, { copyUidGid: true });
  }
}
