import { describe, expect, it } from 'vitest';
import { RegistrationCheck } from '../../src/servers/registration-check.js';
import type { Registration } from '../../src/servers/registration.js';
import type { UpstreamPool } from '../../src/servers/upstream/index.js';

const registration: Registration = {
  ...{ name: 'one', description: '', transport: 'sse', command: null, args: [], cwd: null, env: {}, headers: {} },
  ...{
    timeoutMs: 1000,
    pool: 'shared',
    maxConnections: null,
    maxConcurrency: null,
    definitionPolicy: 'auto',
    enabled: true,
    url: 'http://slow.example/',
  },
};

/** A name server that has heard nothing of slow.example, and says so to nobody. */
function silentNames() {
  const asked: string[] = [];
  const check = ({ host }: URL) => new Promise<void>(() => void asked.push(host));
  return { asked, pool: { guard: { checkLiteral: () => undefined, check } } as unknown as UpstreamPool };
}

describe('registrations whose names no server answers for', () => {
  it('are let through in time, and leave the queue of look-ups to others', async () => {
    const { asked, pool } = silentNames();
    const check = new RegistrationCheck(pool);
    const from = performance.now();
    const faults = await Promise.all(Array.from({ length: 50 }, () => check.faults(registration)));
    expect(faults).toEqual(faults.map(() => ({})));
    expect(performance.now() - from).toBeLessThan(3000);
    expect(asked).toHaveLength(2);
  });
});
