import { joined as inOnePiece, type Bytes } from '../../shared/rope.js';
import type { Reply } from '../sessions/reply.js';

/** The answer of a batch: an array of all responses, or, once something preceded them, an event for each. */
export class BatchReply implements Reply {
  private readonly answers: Buffer[] = [];
  private streaming = false;

  /** @param left how many requests the batch holds. */
  constructor(
    private readonly reply: Reply,
    private left: number,
  ) {}

  get isReachable(): boolean {
    return this.reply.isReachable;
  }

  message(bytes: Buffer): void {
    if (!this.streaming) for (const answer of this.answers.splice(0)) this.reply.message(answer);
    this.streaming = true;
    this.reply.message(bytes);
  }

  finish(bytes: Bytes): void {
    this.answers.push(inOnePiece(bytes));
    this.settle();
  }

  drop(): void {
    this.settle();
  }

  private settle(): void {
    this.left--;
    if (this.streaming) for (const answer of this.answers.splice(0)) this.reply.message(answer);
    if (this.left > 0) return;
    if (this.answers.length > 0) this.reply.finish(joined(this.answers));
    else this.reply.drop();
  }
}

function joined(answers: readonly Buffer[]): Buffer {
  const parts = answers.flatMap((answer, at) => [Buffer.from(at === 0 ? '[' : ','), answer]);
  return Buffer.concat([...parts, Buffer.from(']')]);
}
