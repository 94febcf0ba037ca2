import { expect } from 'vitest';
import { MODERN, StatelessClient } from '../stateless.js';
import { nameIn, type Cell } from './axes.js';
import { withClient } from './drivers.js';
import { callIn, textOf } from './results.js';
import { eachCell, Scene } from './scene.js';

const scene = Scene.forThisFile();
const TOOL = 'test_input_required_result_request_state';

eachCell('sampling, elicitation and roots', {
  works: async (cell) => {
    const asked = (name: string) =>
      withClient(
        scene,
        cell,
        async (client) => {
          const ask = async (kind: string) => textOf(await callIn(cell, client, `test_input_required_result_${kind}`));
          expect(await ask('sampling')).toBe(`sampled by ${name}`);
          expect(await ask('elicitation')).toBe(`Hello, ${name}!`);
          expect(await ask('list_roots')).toBe(`file:///${name}`);
          expect(await ask('multiple_inputs')).toBe(`sampled by ${name} ${name} (1 roots)`);
        },
        { answersAs: name },
      );
    await Promise.all([asked('Ada'), asked('Grace')]);
  },
});

/** The keys under which a stateless client is asked. */
async function keysIn(cell: Cell): Promise<string[]> {
  const client = new StatelessClient(scene.url(cell), scene.key, { elicitation: {} });
  const { result } = (await client.call(nameIn(cell, TOOL))).json;
  expect(result?.resultType).toBe('input_required');
  return Object.keys(result?.inputRequests as object);
}

eachCell('names of questions', {
  works: async (cell) => expect(await keysIn(cell)).toEqual(['confirm']),
  'no names of questions': async (cell) => expect(await keysIn(cell)).toEqual(['in1']),
  'no questions in sessions': (cell) =>
    withClient(
      scene,
      cell,
      async (client) => {
        expect(cell.client).not.toBe(MODERN);
        const result = await callIn(cell, client, TOOL);
        expect(textOf(result)).toBe('state-ok accept');
        expect(result).not.toHaveProperty('inputRequests');
      },
      { answersAs: 'Ada' },
    ),
});
