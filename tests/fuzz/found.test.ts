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
  // Closed descriptors were nobody's business.
  "bash -c 'set -u; awk $@ <&-'",
  "sh -c 'echo lost >&-; pwd >&-; docker ps >&-; docker load <&-; cat nope 2>&-'",
  // A shell that may have no more processes failed in substitutions.
  `bash -c 'f() { x=$(f); echo "$x" & wait; }; f'`,
  // host and none did not list their containers.
  'docker run -d --name aa --network host alpine sleep 100; docker run -d --network none alpine sleep 100',
  // The network of a removed stack was gone before its containers.
  'docker swarm init; docker network create -d overlay ov; docker service create -d --network ov alpine sleep 100; sleep 3; docker service rm $(docker service ls -q); docker network rm ov',
  // Two at the same time made two ingress networks.
  'docker swarm init & docker swarm init; wait; docker network ls',
  // Commands that `set -n` leaves out were put into the background all the same, and remembered for ever.
  "bash -c 'i=0; while [ $i -lt 3 ]; do i=1; set -n; alias x & wait; done'",
  // The daemon stopped half-way when the client of `swarm leave` was killed.
  'docker swarm init; docker service create -q --name a --replicas 2 alpine sleep 100; docker service rm a; timeout 5 docker swarm leave -f; sleep 20; docker swarm init; docker swarm leave -f',
  // An empty list of values is none.
  "docker network create n; docker run -d --name aa alpine sleep 9; docker network connect --driver-opt='' --alias= n aa",
  // A container that cannot be linked kept its seat in the network.
  'docker run -d --name aa alpine; docker run --link aa alpine; docker network inspect bridge',
  // The container ended while it was being connected.
  'docker network create n; docker run -d --name db alpine; docker network connect n db',
  // An update went on after its swarm was left.
  'docker swarm init; docker service create -q --name svc --replicas 2 alpine sleep 100; docker service update -d --limit-cpu 0.1 svc; docker swarm leave -f; sleep 3',
];

test.each(FOUND)('%s', async (line) => {
  expect(await problemsOf({ seed: 'found', images: ['alpine'] }, [line], true)).toEqual([]);
});
