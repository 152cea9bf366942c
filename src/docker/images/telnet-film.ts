/** One picture of a film and how long it stays. */
interface Frame {
  readonly picture: string;
  readonly ms: number;
}

const TITLE = `

            *                .                    *
     .                  S T A R   W A R S                .
                    as ASCII art over telnet
          .                                      .
                *              .            *`;

const NOTE = `

   The real server plays the film by Simon Jansen for a quarter
   of an hour. This one is simulated: it shows a few pictures of
   our own, and then it hangs up.`;

const SHIP = [' __', ' \\ \\____', '>=|_|___\\==-', ' /_/'];
const CHASER = ['       ______', '  ____/ o  o \\____', '<=)___________  __)', '       \\______/'];
const WIDTH = 62;

/**
 * The film of the simulated towel.blinkenlights.nl: a title, a small ship with a big one behind it, the end. Drawn for
 * Muelle; nothing of the original is in it.
 */
export function* telnetFilm(): Generator<Frame> {
  yield { picture: TITLE, ms: 2000 };
  yield { picture: NOTE, ms: 3000 };
  for (let at = -34; at < WIDTH; at += 4) yield { picture: flight(at), ms: 200 };
  yield { picture: '\n\n\n                        T H E   E N D\n', ms: 1500 };
}

function flight(at: number): string {
  const rows = SHIP.map((row, i) => place(place(stars(i), row, at + 22), CHASER[i] ?? '', at));
  return ['', '', stars(4), ...rows, stars(5), stars(6)].map((row) => row.trimEnd()).join('\n');
}

function stars(row: number): string {
  return Array.from({ length: WIDTH }, (_, i) => ((i * 7 + row * 13) % 29 === 0 ? '.' : ' ')).join('');
}

/** Lays `shape` over `row` from column `at` on; what does not fit is cut off. */
function place(row: string, shape: string, at: number): string {
  const out = [...row];
  for (const [i, mark] of [...shape].entries())
    if (mark !== ' ' && at + i >= 0 && at + i < WIDTH) out[at + i] = mark;
  return out.join('');
}
