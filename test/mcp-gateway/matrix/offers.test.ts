import { expect } from 'vitest';
import { nameIn, sharedUriIn } from './axes.js';
import { withClient } from './drivers.js';
import { callIn, codeOf, pagesOf, textOf, valuesOf } from './results.js';
import { eachCell, Scene } from './scene.js';

const scene = Scene.forThisFile();

eachCell('tools', {
  works: (cell) =>
    withClient(scene, cell, async (client) => {
      const names = valuesOf(await client.request('tools/list'), 'tools', 'name');
      expect(names).toContain(nameIn(cell, 'test_echo'));
      const said = { value: { text: 'grüße 🎉', list: [1, null, -0.5] } };
      expect(JSON.parse(textOf(await callIn(cell, client, 'test_echo', said)) ?? '')).toEqual(said);
      const failed = await callIn(cell, client, 'test_error_handling');
      expect([failed.isError, textOf(failed)]).toEqual([true, expect.stringContaining('intentionally')]);
      const mixed = (await callIn(cell, client, 'test_multiple_content_types')).content as { type: string }[];
      expect(mixed.map(({ type }) => type)).toEqual(['text', 'image', 'resource']);
      expect(await codeOf(callIn(cell, client, 'no_such_tool'))).toBe(-32602);
    }),
});

eachCell('prompts', {
  works: (cell) =>
    withClient(scene, cell, async (client) => {
      const name = nameIn(cell, 'test_prompt_with_arguments');
      expect(valuesOf(await client.request('prompts/list'), 'prompts', 'name')).toContain(name);
      const given = { name, arguments: { arg1: 'a', arg2: 'ü' } };
      const { messages } = await client.request('prompts/get', given);
      const text = "Prompt with arguments: arg1='a', arg2='ü'";
      expect(messages).toEqual([{ role: 'user', content: { type: 'text', text } }]);
      expect(await codeOf(client.request('prompts/get', { name: 'no_such_prompt' }))).toBe(-32602);
    }),
});

eachCell('completion', {
  works: (cell) =>
    withClient(scene, cell, async (client) => {
      const argument = { name: 'arg1', value: 'par' };
      const completed = async (ref: object) =>
        (await client.request('completion/complete', { ref, argument })).completion;
      const values = ['paris', 'park', 'party'];
      const name = nameIn(cell, 'test_prompt_with_arguments');
      expect(await completed({ type: 'ref/prompt', name })).toMatchObject({ values });
      const uri = sharedUriIn(cell, 'test://template/{id}/data');
      expect(await completed({ type: 'ref/resource', uri })).toMatchObject({ values });
    }),
});

eachCell('pagination', {
  works: (cell) =>
    withClient(scene, cell, async (client) => {
      const pages = await pagesOf(client, 'resources');
      expect(pages.length).toBe(cell.view === 'alone' ? 2 : 1);
      const uris = pages.flatMap((page) => valuesOf(page, 'resources', 'uri'));
      expect(new Set(uris).size).toBe(uris.length);
      expect(uris).toContain(sharedUriIn(cell, 'test://static-text'));
      expect(uris).toContain(sharedUriIn(cell, 'test://second-page'));
      expect(uris).toContain(`test://only-${cell.upstream}`);
      expect(await codeOf(client.request('resources/list', { cursor: 'nobody gave this' }))).toBe(-32602);
    }),
});
