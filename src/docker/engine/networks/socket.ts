import type { Connection } from '../../kernel/net.ts';
import { OpenFile, pipe } from '../../kernel/stream.ts';
import type { Sys } from '../../kernel/wait.ts';

/** Bytes through a stack's interfaces. */
export interface Traffic {
  received: number;
  sent: number;
}

/** One end of a TCP connection: reads what the peer wrote. Closing it ends the peer's input and breaks its output. */
class SocketFile extends OpenFile {
  readonly #reader: OpenFile;
  readonly #writer: OpenFile;
  readonly #mine: Traffic;
  readonly #peers: Traffic;
  #shut = false;

  constructor(reader: OpenFile, writer: OpenFile, mine: Traffic, peers: Traffic) {
    super();
    this.#reader = reader;
    this.#writer = writer;
    this.#mine = mine;
    this.#peers = peers;
  }

  protected override *pull(max: number): Sys<Uint8Array> {
    return yield* this.#reader.read(max);
  }

  override *write(bytes: Uint8Array): Sys<void> {
    // Each segment of 1448 bytes carries 66 bytes of headers.
    const size = bytes.length + 66 * Math.ceil(bytes.length / 1448);
    this.#mine.sent += size;
    this.#peers.received += size;
    yield* this.#writer.write(bytes);
  }

  /** Says no more (shutdown(2) of the sending half): the peer reads to the end, and may still answer. */
  shutdown(): void {
    if (this.#shut) return;
    this.#shut = true;
    this.#writer.release();
  }

  protected override close(): void {
    this.#reader.release();
    this.shutdown();
  }
}

/** Address and port of one end. */
interface End {
  readonly address: string;
  readonly port: number;
}

/** The two ends of a new connection. */
export function connectionPair(
  client: { readonly end: End; readonly traffic: Traffic },
  /** The server sees the client as `seenAs` (a gateway, for published ports). */
  seenAs: End,
  /** `end` is what the client dialled; `local` where the server listens. */
  server: { readonly end: End; readonly local: End; readonly traffic: Traffic },
): { client: Connection; server: Connection } {
  const up = pipe();
  const down = pipe();
  // Handshake and teardown.
  for (const traffic of [client.traffic, server.traffic]) {
    traffic.sent += 206;
    traffic.received += 206;
  }
  return {
    client: {
      file: new SocketFile(down.reader, up.writer, client.traffic, server.traffic),
      local: client.end,
      remote: server.end,
    },
    server: {
      file: new SocketFile(up.reader, down.writer, server.traffic, client.traffic),
      local: server.local,
      remote: seenAs,
    },
  };
}
