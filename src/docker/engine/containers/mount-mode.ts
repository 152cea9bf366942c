/** What the third part of a `-v` value says. */
export interface Mode {
  readonly readOnly: boolean;
  readonly noCopy: boolean;
  readonly propagation: string | undefined;
}

/** What `bind-propagation` and the mode of a `-v` may say. */
export const PROPAGATION = ['shared', 'slave', 'private', 'rshared', 'rslave', 'rprivate'];
const LABELS = ['z', 'Z'];
const CONSISTENCY = ['consistent', 'cached', 'delegated'];

/**
 * Reads a mode: `ro`, `rw,z`, `nocopy` …; undefined if it is none (volume/mounts/linux_parser.go). Each kind may be given
 * once; propagation only for bind mounts. (`nocopy` of a bind mount is refused by who plans the mount.)
 */
export function wantedMode(written: string, type: 'bind' | 'volume'): Mode | undefined {
  const words = written === '' ? [] : written.split(',');
  const kinds = new Set<string>();
  let mode: Mode = { readOnly: false, noCopy: false, propagation: undefined };
  for (const word of words) {
    let kind: string;
    if (word === 'ro' || word === 'rw') {
      kind = 'access';
      mode = { ...mode, readOnly: word === 'ro' };
    } else if (LABELS.includes(word)) kind = 'label';
    else if (CONSISTENCY.includes(word)) kind = 'consistency';
    else if (PROPAGATION.includes(word) && type === 'bind') {
      kind = 'propagation';
      mode = { ...mode, propagation: word };
    } else if (word === 'nocopy') {
      kind = 'copy';
      mode = { ...mode, noCopy: true };
    } else return undefined;
    if (kinds.has(kind)) return undefined;
    kinds.add(kind);
  }
  return mode;
}
