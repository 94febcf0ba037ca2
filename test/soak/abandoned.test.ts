import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { tree } from '../bench/processes.mjs';
import { startGateway, type TestGateway } from '../mcp-gateway/harness.js';
import { freePort, nodeProgram, startServer, type RunningUpstream } from '../support/upstreams.js';
import { leave, Leaver } from './clients.mjs';

const FIXTURE = fileURLToPath(new URL('../conformance/fixture.mjs', import.meta.url));
const SESSIONS = 1000;
const IDLE_MINUTES = 1;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Measured {
  readonly processes: number;
  readonly descriptors: number;
  readonly heapMib: number;
}

function measure(): Measured {
  collectGarbage();
  const descriptors = readdirSync('/proc/self/fd').length;
  return { processes: tree(process.pid).length, descriptors, heapMib: process.memoryUsage().heapUsed / 2 ** 20 };
}

describe.runIf(existsSync('/proc/self/fd'))('sessions that were opened and abandoned', () => {
  let gateway: TestGateway;
  let leaver: Leaver;
  const running: RunningUpstream[] = [];

  beforeAll(async () => {
    // The gateway's own clock, so that nobody has to wait for the idle time.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    gateway = await startGateway({ SESSION_IDLE_MINUTES: String(IDLE_MINUTES) });
    const { sources } = gateway;
    const project = sources.project('soak');
    leaver = new Leaver(`${gateway.url}/projects/soak`, sources.key(project));
    for (const era of ['legacy', 'modern'])
      running.push(await startServer([FIXTURE, 'http', '--era', era], await freePort()));
    const [http, modern] = running.map(({ url }) => url);
    sources.server(project, 'pipe', nodeProgram(FIXTURE, 'stdio', '--era', 'legacy'));
    sources.server(project, 'http', { transport: 'streamable-http', url: http });
    sources.server(project, 'new', { transport: 'streamable-http', url: modern });
    await gateway.changed('projects');
    for (const { id } of sources.servers) await sources.rediscover(id);
  });

  afterAll(async () => {
    vi.useRealTimers();
    await gateway.close();
    for (const upstream of running) await upstream.stop();
  });

  const open = () => gateway.started.length - gateway.ended.length;
  const own = () => gateway.pool.links().filter(({ exclusive }) => exclusive).length;

  /** Who was still on the way in when the time passed is abandoned since then only: the time passes again. */
  async function afterIdleTime(): Promise<Measured> {
    for (let passed = 0; passed < 3 && (passed === 0 || open() + own() > 0); passed++) {
      vi.advanceTimersByTime((IDLE_MINUTES + 1) * 60_000);
      for (const end = performance.now() + 5000; performance.now() < end && own() > 0;) await sleep(20);
      await sleep(500);
    }
    return measure();
  }

  it('cost nothing any more once their idle time is over', async () => {
    await leave(leaver, 100);
    const before = await afterIdleTime();
    await leave(leaver, SESSIONS);
    const meanwhile = measure();
    expect(open()).toBeGreaterThan(SESSIONS / 2);
    expect(meanwhile.processes).toBeGreaterThanOrEqual(before.processes + 12);
    expect(meanwhile.descriptors).toBeGreaterThan(before.descriptors + 100);
    const after = await afterIdleTime();
    expect([open(), own()]).toEqual([0, 0]);
    expect(after.processes).toBe(before.processes);
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 8);
    expect(after.heapMib).toBeLessThan(before.heapMib + 8);
  });
});
