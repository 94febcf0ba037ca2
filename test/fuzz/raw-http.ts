import { connect, type Socket } from 'node:net';

/** How a case ended for the one who sent it. */
export interface Seen {
  /** 0: the connection was closed without an answer. */
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

export interface Sending {
  readonly parts: readonly Buffer[];
  /** Hang up after the last part: at once, or after so many ms. */
  readonly hangUpAfter?: number | undefined;
  /** Enough is seen when the head has come: what follows is a stream without an end. */
  readonly headOnly?: boolean;
  /** Hears the ids of the questions that come before the answer, each once. */
  readonly onAsked?: (id: string) => void;
}

const HANGS_AFTER_MS = 15_000;

/** One connection to the gateway, on which anything can be said; it is opened again when it was closed. */
export class RawConnection {
  private socket: Socket | undefined;

  constructor(private readonly port: number) {}

  /** @throws when there is neither an answer nor an end for 15 s. */
  async send({ parts, hangUpAfter, headOnly = false, onAsked }: Sending): Promise<Seen> {
    const socket = (this.socket = this.socket?.writable ? this.socket : connect(this.port, '127.0.0.1'));
    const seen = this.read(socket, headOnly, asking(onAsked));
    for (const part of parts) {
      if (socket.writable) socket.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (hangUpAfter !== undefined) setTimeout(() => socket.destroy(), hangUpAfter);
    const answer = await seen;
    if (headOnly || hangUpAfter !== undefined || /^connection: close/im.test(answer.headers)) this.close();
    return answer;
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private read(socket: Socket, headOnly: boolean, onReceived: (received: Buffer) => void): Promise<Seen> {
    return new Promise((resolve, reject) => {
      let received = Buffer.alloc(0);
      const timer = setTimeout(() => reject(new Error('no answer and no end for 15 s')), HANGS_AFTER_MS);
      const settle = (seen: Seen) => {
        clearTimeout(timer);
        socket.removeAllListeners();
        socket.on('error', () => undefined);
        resolve(seen);
      };
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        onReceived(received);
        const seen = responseIn(received, headOnly);
        if (seen) settle(seen);
      });
      socket.on('error', () => undefined);
      socket.on('close', () => settle({ status: 0, headers: '', body: received.toString() }));
    });
  }
}

/** Tells of each id that only questions have. */
export function asking(onAsked: ((id: string) => void) | undefined): (received: Buffer) => void {
  const known = new Set<string>();
  return (received) => {
    if (!onAsked || !received.includes('"gw')) return;
    for (const [, id = ''] of received.toString('latin1').matchAll(/"(gw\d+)"/g)) {
      if (!known.has(id)) onAsked(id);
      known.add(id);
    }
  };
}

/** The response, once it is whole; 100 Continue and the like are none. */
function responseIn(received: Buffer, headOnly: boolean): Seen | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const headers = received.toString('latin1', 0, end);
  const status = Number(headers.slice(9, 12));
  const rest = received.subarray(end + 4);
  if (headOnly && /^content-type: text\/event-stream/im.test(headers)) return { status, headers, body: '' };
  const body = /^transfer-encoding: chunked/im.test(headers) ? dechunked(rest) : counted(headers, rest);
  return body === undefined ? undefined : { status, headers, body };
}

function counted(headers: string, rest: Buffer): string | undefined {
  const length = Number(/^content-length: (\d+)/im.exec(headers)?.[1] ?? 0);
  return rest.length < length ? undefined : rest.toString('utf8', 0, length);
}

function dechunked(rest: Buffer): string | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const line = rest.indexOf('\r\n', at);
    const size = line === -1 ? NaN : parseInt(rest.toString('latin1', at, line), 16);
    if (!(rest.length >= line + 4 + size)) return undefined;
    if (size === 0) return Buffer.concat(parts).toString();
    parts.push(rest.subarray(line + 2, line + 2 + size));
    at = line + 4 + size;
  }
}
