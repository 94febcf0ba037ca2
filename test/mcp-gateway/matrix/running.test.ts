import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { eventually } from '../harness.js';
import { nameIn } from './axes.js';
import { hearing } from './by-hand.js';
import { withClient, type Heard } from './drivers.js';
import { callIn, textOf } from './results.js';
import { eachCell, Scene } from './scene.js';

const scene = Scene.forThisFile();
const logsIn = (heard: Heard[]) => heard.filter(({ method }) => method === 'notifications/message').length;

eachCell('progress', {
  works: async (cell) => {
    const hear = await hearing(scene, cell);
    const name = nameIn(cell, 'test_tool_with_progress');
    for (const token of [`token "${cell.upstream}"`, 9_007_199_254_740]) {
      const heard = await hear('tools/call', { name, arguments: {}, _meta: { progressToken: token } }, 'call-1');
      const told = [0, 50, 100].map((progress) => ({ progressToken: token, progress, total: 100 }));
      expect(heard.slice(0, -1).map(({ params }) => params)).toEqual(told);
      expect(heard.at(-1)).toMatchObject({ id: 'call-1', result: { content: [{ type: 'text' }] } });
    }
  },
});

eachCell('cancellation', {
  works: (cell) =>
    withClient(scene, cell, async (client) => {
      const label = randomUUID();
      const aborting = new AbortController();
      const call = { name: nameIn(cell, 'test_wait'), arguments: { ms: 20_000, label } };
      const running = client.request('tools/call', call, aborting.signal);
      const over = expect(running).rejects.toThrow();
      const state = async () => textOf(await callIn(cell, client, 'test_wait_state', { label }));
      await eventually(async () => expect(await state()).toBe('waiting'));
      aborting.abort();
      await over;
      await eventually(async () => expect(await state()).toBe('cancelled'));
    }),
});

eachCell('logging', {
  works: (cell) =>
    withClient(scene, cell, (loud) =>
      withClient(scene, cell, (quiet) =>
        withClient(scene, cell, async (other) => {
          await Promise.all([loud.wantLogs(), other.wantLogs()]);
          const waiting = [quiet, other].map((client) => callIn(cell, client, 'test_wait', { ms: 250, label: '' }));
          await callIn(cell, loud, 'test_tool_with_logging');
          await Promise.all(waiting);
          await eventually(() => expect(logsIn(loud.heard)).toBe(3));
          expect([quiet, other].map(({ heard }) => logsIn(heard))).toEqual([0, 0]);
        }),
      ),
    ),
});
