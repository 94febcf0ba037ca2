import { expect } from 'vitest';
import { eventually } from '../harness.js';
import { sharedUriIn } from './axes.js';
import { withClient, type Driver } from './drivers.js';
import { callIn, pagesOf } from './results.js';
import { eachCell, Scene } from './scene.js';

const scene = Scene.forThisFile();
const URI = 'test://watched-resource';
const LISTS = { tools: 'tool', prompts: 'prompt', resources: 'resource' } as const;
const updatesOf = ({ heard }: Driver) =>
  heard.filter(({ method }) => method === 'notifications/resources/updated').map(({ params }) => params?.uri);

eachCell(
  'list changes',
  {
    works: (cell) =>
      withClient(scene, cell, async (client) => {
        await client.followLists();
        await scene.settled();
        for (const [list, one] of Object.entries(LISTS) as [keyof typeof LISTS, string][]) {
          const count = async () => (await pagesOf(client, list)).flatMap((page) => page[list]).length;
          const [before, from] = [await count(), client.heard.length];
          await callIn(cell, client, `test_trigger_${one}_change`);
          const told = () => client.heard.slice(from).map(({ method }) => method);
          await eventually(() => expect(told()).toContain(`notifications/${list}/list_changed`));
          await eventually(async () => expect(Math.abs((await count()) - before)).toBe(1));
        }
      }),
  },
  { oneByOne: true },
);

eachCell(
  'subscriptions',
  {
    works: (cell) =>
      withClient(scene, cell, (other) =>
        withClient(scene, cell, async (client) => {
          const uri = sharedUriIn(cell, URI);
          const change = (changed: string) => callIn(cell, client, 'test_update_resource', { uri: changed });
          const unsubscribe = await client.subscribe(uri);
          await eventually(async () => {
            await change(URI);
            expect(updatesOf(client)).toContain(uri);
          });
          await change('test://another');
          await unsubscribe();
          const heard = updatesOf(client).length;
          await change(URI);
          await callIn(cell, client, 'test_echo');
          expect(updatesOf(client)).toEqual(new Array(heard).fill(uri));
          expect(updatesOf(other)).toEqual([]);
        }),
      ),
  },
  { oneByOne: true },
);
