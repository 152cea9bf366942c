import { expect, test } from 'vitest';
import { problemsOf } from './campaign.ts';

/** Lines that once showed a bug, found by the campaigns; each in a session of its own. */
const FOUND = [
  // dash has no process substitution: its parser read nothing for ever.
  "sh -c 'for x in a <(echo p); do echo $x; done'",
  // /dev/fd of a container leads into /proc.
  "docker run --rm alpine sh -c 'cat <(echo p)'",
  // A shell that ended itself still had something to say.
  "bash -c 'kill $$ 99'",
  "docker run --rm alpine sh -c 'sleep 1 | kill 0 99'",
  // Counted processors up to there.
  'docker run --cpuset-cpus=99999999999999999999 alpine true',
  'docker run --cpuset-cpus=0-99999999999 alpine true',
  // A container with --rm was gone in the middle of its restart.
  'docker run -d --rm --name cc alpine sleep 20; docker restart -t 1 cc; docker inspect cc',
  // One that ended while it was about to be paused stayed paused.
  'docker run -d --name cc alpine; docker pause cc',
];

test.each(FOUND)('%s', async (line) => {
  expect(await problemsOf({ seed: 'found', images: ['alpine'] }, [line], true)).toEqual([]);
});
