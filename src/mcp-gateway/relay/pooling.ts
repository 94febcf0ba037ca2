import { noTurn, type Turns } from '../../servers/index.js';
import type { ServerRecord } from '../routing/sources.js';
import { attempt, type Exchange } from './exchange.js';

/** Whether the server's registration gives the request a link that nobody else uses meanwhile. */
export function isAlone({ pool }: ServerRecord, method: string): boolean {
  if (pool === 'shared') return false;
  return pool === 'call' ? method === 'tools/call' : method !== 'server/discover';
}

/** Whether the request has to wait for its turn at the server. */
export function isLimited({ maxConcurrency }: ServerRecord, method: string): boolean {
  return maxConcurrency !== null && method === 'tools/call';
}

/** Goes on when it is the call's turn, which it has until it is over; waits for that as long as for an answer. */
export function inTurn(turns: Turns, exchange: Exchange, server: ServerRecord, goOn: () => void): void {
  if (exchange.isOver) return;
  let timer: NodeJS.Timeout | undefined;
  const turn = turns.of(server, server.maxConcurrency ?? Infinity, () => {
    clearTimeout(timer);
    attempt(exchange, goOn);
  });
  exchange.finally(() => {
    clearTimeout(timer);
    turn.leave();
  });
  turn.enter();
  if (turn.isWaiting) timer = setTimeout(() => giveUp(exchange, server), server.timeoutMs);
}

function giveUp(exchange: Exchange, server: ServerRecord): void {
  exchange.sent();
  exchange.fail(noTurn(server));
}
