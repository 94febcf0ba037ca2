import type { RequestId } from '../../shared/jsonrpc/index.js';
import type { Caller } from './caller.js';
import type { Call, Conversation } from './conversation.js';
import type { StatelessClient } from './stateless-client.js';

/** The requests of the stateless protocol that run. */
export class LoneCallers {
  private readonly running = new Map<LoneCaller, Call>();

  get size(): number {
    return this.running.size;
  }

  began(caller: LoneCaller, call: Call): void {
    this.running.set(caller, call);
  }

  ended(caller: LoneCaller): void {
    this.running.delete(caller);
  }

  /** Gives up the requests of all whose caller may not go on. */
  endWhere(mustEnd: (caller: Caller) => boolean): void {
    for (const [lone, call] of [...this.running]) if (mustEnd(lone.caller)) call.cancel();
  }
}

/** Who sent one stateless request: all that there is of a conversation. */
export class LoneCaller implements Conversation {
  readonly logId = null;

  /** @param paramHeaders the `Mcp-Param-*` headers as they came, names and values in turn. */
  constructor(
    readonly client: StatelessClient,
    readonly caller: Caller,
    readonly paramHeaders: readonly string[],
    private readonly callers: LoneCallers,
  ) {}

  over(_id: RequestId): void {
    this.callers.ended(this);
  }
}
