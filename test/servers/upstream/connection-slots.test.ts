import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UpstreamTarget } from '../../../src/servers/upstream/index.js';
import { ConnectionSlots } from '../../../src/servers/upstream/connection-slots.js';
import { targetOf } from '../../support/upstreams.js';
import { callTool, faultyStdio, newPool } from './harness.js';

const opener = {
  capabilities: { sampling: {} },
  clientInfo: { name: 'cline', version: '1' },
  protocolVersion: '2025-06-18',
};

let harness: Awaited<ReturnType<typeof newPool>>;
beforeAll(async () => {
  harness = await newPool();
});
afterAll(() => harness.pool.closeAll());

function takeUntilRefused(
  slots: ConnectionSlots,
  next: () => UpstreamTarget,
): { taken: (() => void)[]; message: string } {
  const taken: (() => void)[] = [];
  for (;;) {
    try {
      taken.push(slots.take(next()));
    } catch (error) {
      return { taken, message: (error as Error).message };
    }
  }
}

describe('the processes for single clients', () => {
  it('are 16 of a server at most; the others are told so, and the shared one is there for everybody', async () => {
    const target = targetOf({ name: 'faulty', ...faultyStdio() });
    const open = () => harness.pool.exclusive(target, opener, {});
    const links = await Promise.all(Array.from({ length: 16 }, open));
    await expect(Promise.all([open(), open()])).rejects.toMatchObject({
      code: 'TOO_MANY_CONNECTIONS',
      executed: 'no',
      message: 'faulty already has 16 processes for single clients. Close one, or try again later.',
    });
    expect(harness.pool.links(target.serverId)).toHaveLength(16);
    expect(await callTool(await harness.pool.shared(target), 'echo', { message: 'here' })).toBe('here');
    await links[0]?.close('the test needs room');
    await sleep(0);
    expect(await callTool(await open(), 'echo', { message: 'room' })).toBe('room');
    await harness.pool.drop(target.serverId, 'the test is over');
  }, 60_000);

  it('leave no trace when they could not be started', async () => {
    const target = targetOf({ transport: 'stdio', command: 'no-such-program' });
    for (let attempt = 1; attempt <= 20; attempt++) {
      await harness.pool.drop(target.serverId, 'it is tried again');
      const failing = harness.pool.exclusive(target, opener, {});
      await expect(failing).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    }
  });

  it('are 64 of a project and 256 of all at most', () => {
    const slots = new ConnectionSlots();
    const ofOne = takeUntilRefused(slots, () => targetOf({ projectId: 'one' }));
    expect(ofOne.taken).toHaveLength(64);
    expect(ofOne.message).toContain('The servers of this project already run in 64 processes');
    let projects = 0;
    const ofOthers = takeUntilRefused(slots, () => targetOf({ projectId: `other ${projects++}` }));
    expect(ofOthers.taken).toHaveLength(256 - 64);
    expect(ofOthers.message).toContain('256 processes');
    ofOne.taken[0]?.();
    ofOne.taken[0]?.();
    expect(takeUntilRefused(slots, () => targetOf({ projectId: 'last' })).taken).toHaveLength(1);
  });
});
