import { expect } from 'vitest';
import { MODERN } from '../stateless.js';
import { nameIn, sharedUriIn, type Cell } from './axes.js';
import { withClient, type Result } from './drivers.js';
import { callIn, codeOf, valuesOf } from './results.js';
import { eachCell, Scene } from './scene.js';

const scene = Scene.forThisFile();
const contentsOf = ({ contents }: Result) => (contents as { uri: string; text?: string; blob?: string }[])[0];

/** The URIs in a link and an embedded resource that a tool returns. */
async function mentioned(cell: Cell, uri: string): Promise<unknown[]> {
  return withClient(scene, cell, async (client) => {
    const { content } = await callIn(cell, client, 'test_mention_resource', { uri });
    const [link, embedded] = content as [{ uri: string }, { resource: { uri: string } }];
    return [link.uri, embedded.resource.uri];
  });
}

eachCell('resources that one server has', {
  works: (cell) =>
    withClient(scene, cell, async (client) => {
      const uri = `test://only-${cell.upstream}`;
      const read = contentsOf(await client.request('resources/read', { uri }));
      expect(read).toMatchObject({ uri, text: `What ${cell.upstream} alone has` });
      const missing = await codeOf(client.request('resources/read', { uri: 'test://nobody-has-this' }));
      expect(missing).toBe(cell.client === MODERN ? -32602 : -32002);
    }),
});

eachCell('resources that several servers have', {
  works: (cell) =>
    withClient(scene, cell, async (client) => {
      const uri = sharedUriIn(cell, 'test://static-text');
      expect(valuesOf(await client.request('resources/list'), 'resources', 'uri')).toContain(uri);
      const text = 'This is the content of the static text resource.';
      expect(contentsOf(await client.request('resources/read', { uri }))).toMatchObject({ uri, text });
      const image = sharedUriIn(cell, 'test://static-binary');
      const { blob } = contentsOf(await client.request('resources/read', { uri: image })) ?? {};
      expect(blob).toMatch(/^iVBORw0KGgo/);
    }),
});

eachCell('resources in what tools return', {
  works: async (cell) => {
    const shared = sharedUriIn(cell, 'test://static-text');
    expect(await mentioned(cell, 'test://static-text')).toEqual([shared, shared]);
    const own = `test://only-${cell.upstream}`;
    expect(await mentioned(cell, own)).toEqual([own, own]);
    await withClient(scene, cell, async (client) => {
      expect(contentsOf(await client.request('resources/read', { uri: shared }))?.uri).toBe(shared);
      const name = nameIn(cell, 'test_prompt_with_embedded_resource');
      const given = { name, arguments: { resourceUri: 'test://static-text' } };
      const { messages } = await client.request('prompts/get', given);
      expect(messages).toMatchObject([{ content: { resource: { uri: shared } } }, {}]);
    });
  },
});

eachCell('templates', {
  works: (cell) =>
    withClient(scene, cell, async (client) => {
      const listed = await client.request('resources/templates/list');
      const template = sharedUriIn(cell, 'test://template/{id}/data');
      expect(valuesOf(listed, 'resourceTemplates', 'uriTemplate')).toContain(template);
      const uri = template.replace('{id}', '7');
      const read = contentsOf(await client.request('resources/read', { uri }));
      expect(read?.uri).toBe(uri);
      expect(JSON.parse(read?.text ?? '')).toMatchObject({ id: '7' });
    }),
});
