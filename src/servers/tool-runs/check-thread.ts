import { Worker } from 'node:worker_threads';
import type { ErrorObject } from 'ajv';
import { CHECK_PROGRAM } from './check-program.js';

/** What the validator says of one fault. */
export type SchemaFault = Pick<ErrorObject, 'instancePath' | 'keyword' | 'params' | 'message'>;

/** JSON texts to hold against each other; `hash` names the schema. */
export interface CheckJob {
  readonly hash: string;
  readonly schema: string;
  readonly values: string;
}

type Settle = (faults: readonly SchemaFault[] | undefined) => void;

interface Thread {
  readonly worker: Worker;
  /** Comes when the program is loaded, or cannot be. */
  readonly ready: Promise<unknown>;
  readonly waiting: Map<number, Settle>;
}

const MEMORY = { maxOldGenerationSizeMb: 128 };

/**
 * Validates beside the event loop, because an upstream can write a schema that takes minutes to compile or to hold against
 * values. A thread with an answer overdue by `limitMs` is ended, whatever it does; the next job starts another one.
 */
export class CheckThread {
  private thread: Thread | undefined;
  private jobs = 0;

  constructor(private readonly limitMs: number) {}

  /** `undefined` when the thread was ended before it answered. */
  async faults(job: CheckJob): Promise<readonly SchemaFault[] | undefined> {
    const thread = (this.thread ??= this.start());
    await thread.ready;
    const id = ++this.jobs;
    const overdue = setTimeout(() => this.end(thread), this.limitMs);
    const answer = new Promise<readonly SchemaFault[] | undefined>((settle) => thread.waiting.set(id, settle));
    thread.worker.postMessage({ id, ...job });
    return answer.finally(() => {
      clearTimeout(overdue);
      thread.waiting.delete(id);
    });
  }

  stop(): void {
    if (this.thread) this.end(this.thread);
  }

  private start(): Thread {
    const worker = new Worker(CHECK_PROGRAM, { eval: true, workerData: import.meta.url, resourceLimits: MEMORY });
    const ready = new Promise((resolve) => worker.once('message', resolve).once('exit', resolve));
    const thread: Thread = { worker, ready, waiting: new Map() };
    worker.on('message', ({ id, faults }: { id: number; faults: SchemaFault[] }) => thread.waiting.get(id)?.(faults));
    worker.on('error', () => this.end(thread)).on('exit', () => this.end(thread));
    worker.unref();
    return thread;
  }

  private end(thread: Thread): void {
    if (this.thread === thread) this.thread = undefined;
    for (const settle of thread.waiting.values()) settle(undefined);
    void thread.worker.terminate();
  }
}
