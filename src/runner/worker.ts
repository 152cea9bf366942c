/** The worker that holds the simulator: the page never waits for a command. */
import type { ToWorker } from './protocol.ts';
import { type HostWorld, SessionHost } from './session-host.ts';

const turns = new MessageChannel();
const waitingTurns: (() => void)[] = [];
turns.port1.onmessage = () => waitingTurns.shift()?.();

const world: HostWorld = {
  post: (message) => postMessage(message),
  now: () => performance.now(),
  // A message to oneself lets messages of the page in and, unlike a timer, is not made to wait 4 ms.
  turn: () =>
    new Promise((resolve) => {
      waitingTurns.push(resolve);
      turns.port2.postMessage(null);
    }),
  sleep: (ms, wake) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      void wake.then(() => {
        clearTimeout(timer);
        resolve();
      });
    }),
  every: (ms, call) => {
    const timer = setInterval(call, ms);
    return () => clearInterval(timer);
  },
  extras: (locale) => ({
    explain: async (source, look) => (await import('./explain-words.ts')).explainWords(locale, source, look),
    descriptions: async () => (await import('./explain-words.ts')).descriptions(locale),
  }),
};

const host = new SessionHost(world);
addEventListener('message', ({ data }: MessageEvent<ToWorker>) => host.receive(data));
