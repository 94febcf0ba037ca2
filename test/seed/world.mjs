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

/** Neither members nor teams are invited here: rows are enough for looking at. */
async function join(query, { otto, dora, rico }, projects) {
  for (const [slug, person, role] of [
    ['web-shop', dora, 'Developer'],
    ['web-shop', rico, 'Reporter'],
    ['data-platform', otto, 'Developer'],
  ]) {
    const values = [projects[slug].id, person.id, role];
    await query('INSERT INTO project_members (project_id, user_id, role) VALUES ($1, $2, $3)', values);
  }
  const [{ id: team }] = await query(`INSERT INTO teams (slug, name, description)
    VALUES ('web', 'Web team', 'Everybody who works on the shop') RETURNING id`);
  for (const [person, role] of [
    [otto, 'Owner'],
    [dora, 'Developer'],
    [rico, 'Reporter'],
  ]) {
    await query('INSERT INTO team_members (team_id, user_id, role) VALUES ($1, $2, $3)', [team, person.id, role]);
  }
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
export async function makeWorld(url, query) {
  const who = await signUpAll(url);
  const projects = await openProjects(who);
  await join(query, who, projects);
  await addServers(who);
  for (const project of Object.keys(projects)) await settled(who.ada, project);
  await changeThings(who);
  const keys = await makeKeys(who);
  await settled(who.ada, 'web-shop');
  return { projects, keys, key: keys['web-shop'][0].key };
}
