import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StatelessClient } from '../mcp-gateway/stateless.js';
import { Random } from './random.js';
import { RawConnection, type Seen } from './raw-http.js';
import { visitFor, type Visit } from './visits.js';
import { World } from './world.js';

const CASES = Number(process.env.FUZZ_CASES ?? 2000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const AT_ONCE = 24;
/** After so many cases, sessions that were ended by them are opened again. */
const ROUND = 500;
const MS_PER_CASE = 20;

const STATUSES = new Set([200, 202, 400, 401, 403, 404, 405, 406, 409, 413, 415, 429]);

/** What is wrong with an answer, if anything is. */
function faultOf({ status, headers, body }: Seen, { mustBeProper, headOnly, hangUpAfter }: Visit): string | undefined {
  if (body.includes('could not carry out')) return 'the gateway met something unexpected';
  if (status === 0) return hangUpAfter === undefined ? 'the gateway hung up' : undefined;
  if (!STATUSES.has(status)) return `status ${status}`;
  if (!mustBeProper || headOnly) return undefined;
  const isEvents = /^content-type: text\/event-stream/im.test(headers);
  const messages = isEvents ? [...body.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data) : [body];
  const broken = messages.find((message) => message !== '' && message !== 'Accepted' && !isRpc(message));
  return broken === undefined ? undefined : `an answer that is no JSON-RPC: ${broken.slice(0, 500)}`;
}

function isRpc(text: string): boolean {
  try {
    const messages = [JSON.parse(text)].flat() as { jsonrpc?: unknown }[];
    return messages.every(({ jsonrpc }) => jsonrpc === '2.0');
  } catch {
    return false;
  }
}

describe(`${CASES} frames that break the rules (seed ${SEED})`, () => {
  let world: World;
  const unexpected = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);

  beforeAll(async () => {
    world = await World.start();
  });

  afterAll(() => world.stop());

  async function one(number: number, connection: RawConnection): Promise<string[]> {
    const visit = visitFor(world, new Random(SEED + number * 7919));
    const fault = await connection.send(visit).then(
      (seen) => faultOf(seen, visit),
      (error: Error) => error.message,
    );
    return fault === undefined ? [] : [`case ${number}: ${fault}\n${visit.told}`];
  }

  async function round(from: number, to: number): Promise<string[]> {
    const faults: string[] = [];
    let next = from;
    const workers = Array.from({ length: AT_ONCE }, async () => {
      const connection = new RawConnection(Number(new URL(world.gateway.url).port));
      while (next < to) faults.push(...(await one(next++, connection)));
      connection.close();
    });
    await Promise.all(workers);
    return faults;
  }

  it(
    'are all answered, or their connections closed',
    async () => {
      console.log(`Fuzzing ${CASES} cases with FUZZ_SEED=${SEED}`);
      const faults: string[] = [];
      for (let from = 0; from < CASES && faults.length < 10; from += ROUND) {
        await world.renew();
        faults.push(...(await round(from, Math.min(from + ROUND, CASES))));
      }
      expect([...unexpected.mock.calls, ...faults].slice(0, 10)).toEqual([]);
    },
    30_000 + CASES * MS_PER_CASE,
  );

  it('leave a gateway that answers', async () => {
    for (const { name } of world.gateway.sources.servers) {
      const url = `${world.gateway.url}/projects/fuzz/servers/${name}/mcp`;
      const { json } = await new StatelessClient(url, world.key).call('say', { text: name });
      expect(json.result?.content, JSON.stringify(json)).toEqual([{ type: 'text', text: name }]);
    }
  });

  it('leave nothing behind once their clients are gone', async () => {
    expect(world.counts.sessions).toBeGreaterThan(0);
    const left = await world.left();
    expect(left).toEqual(Object.fromEntries(Object.keys(left).map((name) => [name, 0])));
  });
});
