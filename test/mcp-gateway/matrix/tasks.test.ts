import { expect } from 'vitest';
import { eventually } from '../harness.js';
import { StatelessClient } from '../stateless.js';
import { nameIn, type Cell } from './axes.js';
import { withClient } from './drivers.js';
import { callIn, codeOf, textOf } from './results.js';
import { eachCell, Scene } from './scene.js';

const scene = Scene.forThisFile();
const TASKS = 'io.modelcontextprotocol/tasks';
const CAPABILITIES = { elicitation: {}, extensions: { [TASKS]: {} } };

/** A client of 2026-07-28 that knows tasks; the second SDK does not. */
function open(cell: Cell) {
  const client = new StatelessClient(scene.url(cell), scene.key, CAPABILITIES);
  const result = async (method: string, params: Record<string, unknown>) => {
    const { taskId } = params;
    const headers = typeof taskId === 'string' ? { 'mcp-name': taskId } : {};
    const { json } = await client.request(method, params, { headers });
    if (!json.result) throw Object.assign(new Error(json.error?.message), json.error);
    return json.result;
  };
  const start = async (name: string, args: object = {}) =>
    result('tools/call', { name: nameIn(cell, name), arguments: args });
  return { result, start };
}

eachCell('tasks', {
  works: async (cell) => {
    const { result, start } = open(cell);
    const discovered = await result('server/discover', {});
    expect(discovered.capabilities).toMatchObject({ extensions: { [TASKS]: {} } });

    const begun = await start('confirm_delete', { filename: 'a.txt' });
    expect(begun).toMatchObject({ resultType: 'task' });
    const { taskId } = begun;
    const told = () => result('tasks/get', { taskId });
    await eventually(async () => expect((await told()).status).toBe('input_required'));
    const { inputRequests, ...facts } = await told();
    expect(facts.taskId).toBe(taskId);
    const answer = { action: 'accept', content: { confirm: true } };
    const inputResponses = Object.fromEntries(Object.keys(inputRequests as object).map((key) => [key, answer]));
    await result('tasks/update', { taskId, inputResponses });
    await eventually(async () => expect((await told()).status).toBe('completed'));
    expect(textOf((await told()).result as object & Record<string, unknown>)).toBe('Deleted a.txt');

    const endless = (await start('slow_compute', { seconds: 60 })).taskId;
    await result('tasks/cancel', { taskId: endless });
    expect((await result('tasks/get', { taskId: endless })).status).toBe('cancelled');
    expect(await codeOf(result('tasks/get', { taskId: 'nobody-has-this' }))).toBe(-32602);
  },
  'no tasks upstream': async (cell) => {
    const { result, start } = open(cell);
    expect(textOf(await start('slow_compute', { seconds: 0, label: 'x' }))).toBe('Computed x');
    const taskId = cell.view === 'alone' ? 'any' : `${cell.upstream}__any`;
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      expect(await codeOf(result(method, { taskId }))).toBe(-32601);
    }
  },
  'no tasks in sessions': (cell) =>
    withClient(scene, cell, async (client) => {
      const done = await callIn(cell, client, 'slow_compute', { seconds: 0, label: 'x' });
      expect(textOf(done)).toBe('Computed x');
      const taskId = cell.view === 'alone' ? 'any' : `${cell.upstream}__any`;
      expect(await codeOf(client.request('tasks/get', { taskId }))).toBe(-32601);
    }),
});
