import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { people } from '../support/people.mjs';

const SETTLED_MS = 60_000;
const require = createRequire(import.meta.url);
const program = (name, ...args) => ({
  transport: 'stdio',
  command: process.execPath,
  args: [require.resolve(`@modelcontextprotocol/server-${name}/dist/index.js`), ...args],
});

/** Somebody who uses the JSON API. */
class Visitor {
  constructor(url, token) {
    this.send = async (method, path, body) => {
      const headers = { accept: 'application/json', 'content-type': 'application/json' };
      if (token) headers.authorization = `Bearer ${token}`;
      const answer = await fetch(`${url}/api${path}`, { method, headers, body: body && JSON.stringify(body) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text ? JSON.parse(text) : undefined;
    };
  }
}

async function signUpAll(url) {
  const entered = {};
  for (const [name, person] of Object.entries(people)) {
    const { token, user } = await new Visitor(url).send('POST', '/auth/signup', person);
    entered[name] = Object.assign(new Visitor(url, token), { id: user.id });
  }
  return entered;
}

/** The web team is in the shop as a whole; others are asked one by one, and somebody who has no account yet. */
async function join({ otto, dora }) {
  const { dora: developer, rico, nora } = people;
  const team = { name: 'Web team', slug: 'web', description: 'Everybody who works on the shop' };
  await otto.send('POST', '/teams', team);
  await otto.send('POST', '/teams/web/members', { email: developer.email, role: 'Developer' });
  await otto.send('POST', '/teams/web/members', { email: rico.email, role: 'Reporter' });
  await otto.send('POST', '/projects/web-shop/teams', { teamId: 'web', role: 'Developer' });
  const shop = '/projects/web-shop/members';
  const leaving = await otto.send('POST', shop, { email: nora.email, role: 'Reporter', invitedAs: 'external' });
  await otto.send('DELETE', `${shop}/${leaving.userId}`);
  await dora.send('POST', '/projects/data-platform/members', { email: people.otto.email, role: 'Developer' });
  await dora.send('POST', '/projects/data-platform/members', { email: 'grace@example.com', role: 'Reporter' });
}

async function openProjects({ ada, otto, dora }) {
  const make = (who, name, description) => who.send('POST', '/projects', { name, description });
  const projects = [
    await make(otto, 'Web shop', 'Tools for the people who build and run the shop'),
    await make(dora, 'Data platform', 'Warehouse, pipelines and what analysts ask'),
    await make(ada, 'Playground', 'Try things here; nothing in it is kept'),
  ];
  return Object.fromEntries(projects.map((project) => [project.slug, project]));
}

/** Programs need the administrator, so Ada adds them. */
async function addServers({ ada, otto, dora }) {
  const add = (who, project, name, registration) =>
    who.send('POST', `/projects/${project}/servers`, { name, ...registration });
  await add(ada, 'web-shop', 'everything', { ...program('everything', 'stdio'), description: 'One of each kind' });
  await add(ada, 'web-shop', 'memory', { ...program('memory'), description: 'What the agents agreed to remember' });
  await add(ada, 'data-platform', 'memory', program('memory'));
  await add(ada, 'playground', 'everything', program('everything', 'stdio'));
  await otto.send('POST', '/projects/web-shop/servers/import', {
    mcpServers: {
      tickets: { url: 'https://tickets.shop.example/mcp', headers: { Authorization: 'Bearer ${input:tickets_token}' } },
      search: { url: 'https://search.shop.example/mcp' },
    },
  });
  await add(dora, 'data-platform', 'warehouse', {
    ...{ transport: 'streamable-http', url: 'https://warehouse.data.example/mcp', timeoutMs: 120_000 },
    headers: { 'X-Api-Key': 'an invented key' },
  });
}

async function settled(who, project) {
  for (const end = Date.now() + SETTLED_MS; Date.now() < end; await sleep(200)) {
    const { items } = await who.send('GET', `/projects/${project}/servers`);
    if (items.every(({ status }) => status !== 'starting')) return;
  }
  throw new Error(`The servers of ${project} are still starting: try again when the machine has less to do.`);
}

async function changeThings({ ada, otto, dora }) {
  const shop = '/projects/web-shop/servers';
  await otto.send('PATCH', `${shop}/search`, { description: 'Products, as customers find them', timeoutMs: 10_000 });
  await otto.send('POST', `${shop}/search/toggle`, { enabled: false });
  await ada.send('PATCH', `${shop}/everything/tools/get-env`, { enabled: false });
  await dora.send('PATCH', '/projects/data-platform/servers/warehouse', { maxConcurrency: 4 });
  await otto.send('PATCH', '/projects/web-shop', { description: 'Tools for those who build and run the shop' });
  await ada.send('POST', `${shop}/memory/restart`);
}

async function makeKeys({ otto, dora }) {
  const make = async (who, project, name, expiresAt) => {
    const made = await who.send('POST', `/projects/${project}/api-keys`, { name, ...(expiresAt && { expiresAt }) });
    return { key: made.key, ...made.apiKey };
  };
  const soon = new Date(Date.now() + 5 * 86_400_000).toISOString();
  const keys = {
    'web-shop': [await make(otto, 'web-shop', "Otto's laptop"), await make(dora, 'web-shop', 'ci', soon)],
    'data-platform': [await make(dora, 'data-platform', 'notebooks')],
  };
  const lost = await make(otto, 'web-shop', 'lost laptop');
  await otto.send('DELETE', `/projects/web-shop/api-keys/${lost.id}`);
  return keys;
}

/** People, projects, servers and keys. */
export async function makeWorld(url) {
  const who = await signUpAll(url);
  const projects = await openProjects(who);
  await join(who);
  await addServers(who);
  for (const project of Object.keys(projects)) await settled(who.ada, project);
  await changeThings(who);
  const keys = await makeKeys(who);
  await settled(who.ada, 'web-shop');
  return { projects, keys, key: keys['web-shop'][0].key };
}
