import { UpstreamError } from './upstream-error.js';

/** Whoever comes when so many wait for one server would wait in vain. */
const MOST_WAITING = 256;

/** A server that carries out only so many calls at the same time. */
export interface Limited {
  readonly id: string;
  readonly name: string;
  readonly timeoutMs: number;
}

interface Queue {
  limit: number;
  running: number;
  readonly waiting: Set<Turn>;
}

/** One call's place among those of its server. */
export class Turn {
  private state: 'new' | 'waiting' | 'running' | 'over' = 'new';

  constructor(
    readonly queue: Queue,
    private readonly begin: () => void,
    private readonly onLeave: () => void,
  ) {}

  get isWaiting(): boolean {
    return this.state === 'waiting';
  }

  /** Begins now, or when those have who came before. */
  enter(): void {
    this.state = 'waiting';
    this.queue.waiting.add(this);
    advance(this.queue);
  }

  start(): void {
    this.state = 'running';
    this.begin();
  }

  /** The call is over, or does not want to wait any more. */
  leave(): void {
    const { state, queue } = this;
    this.state = 'over';
    if (state === 'waiting') queue.waiting.delete(this);
    if (state === 'running') queue.running--;
    advance(queue);
    this.onLeave();
  }
}

/** Calls of servers that carry out only so many at once: the others wait, in the order in which they came. */
export class Turns {
  private readonly queues = new Map<string, Queue>();

  /** A turn to be entered, and to be left whatever becomes of it. @throws UpstreamError `TOO_MANY_CALLS` */
  of({ id, name }: Limited, limit: number, begin: () => void): Turn {
    const queue = this.queues.get(id) ?? { limit, running: 0, waiting: new Set<Turn>() };
    queue.limit = limit;
    if (queue.waiting.size >= MOST_WAITING) {
      const message = `${MOST_WAITING} calls wait for ${name} already. Try again in a moment.`;
      throw new UpstreamError('TOO_MANY_CALLS', message);
    }
    this.queues.set(id, queue);
    return new Turn(queue, begin, () => this.tidy(id, queue));
  }

  /** Resolves with what ends the turn, once it has come. @throws UpstreamError after the server's time-out. */
  wait(server: Limited, limit: number): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const turn = this.of(server, limit, () => {
        clearTimeout(timer);
        resolve(() => turn.leave());
      });
      const timer = setTimeout(() => {
        turn.leave();
        reject(noTurn(server));
      }, server.timeoutMs);
      turn.enter();
    });
  }

  private tidy(id: string, queue: Queue): void {
    if (queue.running === 0 && queue.waiting.size === 0) this.queues.delete(id);
  }
}

export function noTurn({ name, timeoutMs }: Limited): UpstreamError {
  const message = `${name} was busy with other calls for ${timeoutMs} ms; this one was not begun.`;
  return new UpstreamError('TIMEOUT', message);
}

function advance(queue: Queue): void {
  for (const turn of queue.waiting) {
    if (queue.running >= queue.limit) return;
    queue.waiting.delete(turn);
    queue.running++;
    turn.start();
  }
}
