import { randomUUID } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.js';
import { people, signUp } from '../../support/cast.js';
import { As } from '../../support/client.js';
import { addServer, scene } from '../../support/scene.js';
import { everythingStdio } from '../../support/upstreams.js';

interface Operation {
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters: readonly { name: string; in: string }[];
  readonly responses: Record<string, { content?: { 'application/json': { schema: object } } }>;
}

interface Document {
  readonly openapi: string;
  readonly security: readonly object[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, object> };
}

/** Forms and pages: what they do stands at another address. */
const PAGES = [
  'get /',
  'get /login',
  'get /signup',
  'get /profile/delete',
  'get /profile/password',
  'get /projects/new',
  'get /teams/new',
  'get /teams/{team}/settings',
  'get /projects/{project}/settings',
  'get /projects/{project}/api-keys/new',
  'get /projects/{project}/servers/new',
  'get /projects/{project}/servers/import',
  'get /projects/{project}/servers/{server}/edit',
  'post /projects/{project}/servers/{server}/tools/{tool}/form',
];

const away = { transport: 'streamable-http', url: 'http://127.0.0.1:9/mcp' };
const far = { mcpServers: { far: { url: away.url, headers: { Authorization: 'Bearer x' } } } };
const { nora, otto } = people;
const reporter = { email: nora.email, role: 'Reporter' };
const invitation = { teamId: 'makers', role: 'Developer' };

const signInOf = ({ email, password }: { email: string; password: string }) => ({ email, password });

/** What is sent where nothing or the obvious will not do, in this order; what ends things comes last. */
const SENT: Record<string, readonly { body?: object; query?: string }[]> = {
  'post /auth/signup': [{ body: nora }, { body: {} }, { body: nora }],
  'post /auth/login': [{ body: signInOf(otto) }, { body: { ...signInOf(otto), password: 'wrong' } }],
  'patch /profile': [{ body: { name: 'Ada' } }],
  'put /profile/password': [{ body: { currentPassword: people.ada.password, newPassword: 'a new pass phrase' } }],
  'patch /admin/users/{id}': [{ body: { isActive: true } }, { body: { isActive: 'maybe' } }],
  'post /projects': [{ body: { name: 'Another' } }, { body: {} }],
  'patch /projects/{project}': [{ body: { description: 'Shown' } }],
  'post /teams': [{ body: { name: 'Another' } }, { body: {} }],
  'patch /teams/{team}': [{ body: { description: 'Shown' } }],
  'post /teams/{team}/members': [{ body: reporter }, { body: reporter }, { body: { ...reporter, email: 'x@y' } }],
  'patch /teams/{team}/members/{userId}': [{ body: { role: 'Developer' } }, { body: {} }],
  'post /projects/{project}/teams': [{ body: invitation }, { body: invitation }, { body: {} }],
  'patch /projects/{project}/teams/{team}': [{ body: { role: 'Reporter' } }, { body: {} }],
  'post /projects/import': [
    { body: { format: 'mcp-orchestrator/project', version: 1, project: { name: 'Moved' }, servers: [] } },
    { body: {} },
  ],
  'put /projects/{project}/security': [{ body: { rateLimitPerDay: 5 } }, { body: { allowedIpRanges: 'x' } }],
  'post /projects/{project}/api-keys': [{ body: { name: 'second', expiresAt: '2999-01-01T00:00:00Z' } }],
  'post /projects/{project}/members': [
    { body: { email: otto.email, role: 'Developer' } },
    { body: { email: 'new@example.com', role: 'Reporter' } },
    { body: { email: otto.email } },
  ],
  'patch /projects/{project}/members/{userId}': [{ body: { role: 'Reporter' } }],
  'post /projects/{project}/invitations/{id}/resend': [{}],
  'post /projects/{project}/servers': [{ body: { name: 'away', ...away } }, { body: { name: 'away', ...away } }],
  'patch /projects/{project}/servers/{server}': [{ body: { description: 'Shown' } }],
  'post /projects/{project}/servers/import': [{ body: far, query: '?preview=1' }, { body: far }],
  'post /projects/{project}/servers/test': [{ body: away }],
  'post /projects/{project}/servers/{server}/test': [{}],
  'post /projects/{project}/servers/{server}/edit/test': [{ body: { description: 'Tried' } }],
  'post /projects/{project}/servers/{server}/restart': [{}],
  'post /projects/{project}/servers/refresh-status': [{}],
  'post /projects/{project}/servers/{server}/refresh-status': [{}],
  'patch /projects/{project}/servers/{server}/tools/{tool}': [{ body: { enabled: true } }],
  'post /projects/{project}/servers/{server}/tools/{tool}/execute': [
    { body: { arguments: { message: 'hi' } } },
    { body: { arguments: {} } },
  ],
  'delete /projects/{project}/logs': [{ query: '?olderThanDays=0' }, {}],
  'delete /profile': [{ body: { password: otto.password } }],
  'get /projects': [{ query: '?limit=1' }, { query: '?limit=1000' }],
};
const LAST = [
  'delete /projects/{project}/invitations/{id}',
  'post /invitations/{token}/accept',
  'post /projects/{project}/transfer',
  'delete /projects/{project}/members/{userId}',
  'delete /projects/{project}/teams/{team}',
  'delete /teams/{team}/members/{userId}',
  'delete /teams/{team}',
  'post /projects/{project}/servers/{server}/toggle',
  'delete /projects/{project}/servers/{server}',
  'delete /projects/{project}/api-keys/{id}',
  'delete /projects/{project}/logs',
  'delete /projects/{project}',
  'delete /profile/sessions/{session}',
  'delete /profile/sessions',
  'put /profile/password',
  'delete /profile',
];
let app: TestApp;
let ada: As;
let leaving: As;
let signedOut: As;
let document: Document;
let ajv: Ajv2020;

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
  await ada.post('/api/auth/login', signInOf(people.ada));
  leaving = await signUp(app, 'otto');
  const again = await leaving.post<{ token: string }>('/api/auth/login', signInOf(otto));
  signedOut = new As(app, again.body.token);
  await addServer(ada, 'demo', { name: 'everything', ...everythingStdio() });
  await ada.post('/api/teams', { name: 'Makers' });
  document = (await ada.get<Document>('/api/docs-json')).body;
  ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  ajv.addVocabulary(['example', 'components']);
});

afterAll(() => app.close());

/** The same schemas, but a field that they do not name is a fault. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, closed(one)]));
  return copy.type === 'object' && copy.properties ? { ...copy, additionalProperties: false } : copy;
}

/** Every operation as `method /path`, in the order in which they can be tried. */
function operations(): string[] {
  const all = Object.entries(document.paths).flatMap(([path, found]) =>
    Object.keys(found).map((name) => `${name} ${path}`),
  );
  const rank = (name: string) => (LAST.includes(name) ? 1e6 + LAST.indexOf(name) : name.startsWith('get') ? 1e3 : 0);
  const sent = Object.keys(SENT);
  return all.toSorted((a, b) => rank(a) - rank(b) || sent.indexOf(a) - sent.indexOf(b));
}

/** What is wrong with the answer by the document's word; nothing when it is as described. */
function faults(name: string, { status, body, text }: { status: number; body: unknown; text: string }): string[] {
  const [method = '', path = ''] = name.split(' ');
  const response = document.paths[path]?.[method]?.responses[status];
  if (!response) return [`${name} answers ${status}, which is not described: ${text}`];
  if (!response.content) return text === '' ? [] : [`${name} answers a body with ${status}`];
  const { schema } = response.content['application/json'];
  const validate = ajv.compile(closed({ ...schema, components: document.components }) as object);
  return validate(body) ? [] : (validate.errors ?? []).map((error) => `${name} ${status}: ${JSON.stringify(error)}`);
}

/** The same person, also after they changed things: ids are those of what is there now. */
async function pathTo(path: string, method = 'get'): Promise<string> {
  const idOf = async (list: string) => (await ada.get<{ items: { id: string }[] }>(list)).body.items[0]?.id ?? '';
  const { sessions } = (await ada.get<{ sessions: { id: string; current: boolean }[] }>('/api/profile')).body;
  const kinds = ['api-keys', 'invitations', 'servers/everything/connections'];
  const list = kinds.find((kind) => path.includes(kind.split('/').at(-1) as string)) ?? 'tool-call-logs';
  const values: Record<string, string> = {
    ...{
      project: 'demo',
      server: 'everything',
      tool: 'echo',
      id: path.startsWith('/admin/users')
        ? await idOfMember('get')
        : path.includes('{id}')
          ? await idOf(`/api/projects/demo/${list}`)
          : '',
    },
    team: 'makers',
    userId: path.startsWith('/teams') ? await personIn('makers') : await idOfMember(method),
    token: path.includes('{token}') ? await newToken() : '',
    session: sessions?.find(({ current }) => !current)?.id ?? '',
  };
  return `/api${path}`.replaceAll(/{(\w+)}/g, (_, name: string) => encodeURIComponent(values[name] || `no-${name}`));
}

/** Of an invitation that nobody has used. */
async function newToken(): Promise<string> {
  const email = `${randomUUID()}@example.com`;
  const { body } = await ada.post<{ invitation: { url: string } }>('/api/projects/demo/members', { email });
  return body.invitation.url.split('/').at(-1) ?? '';
}

async function idOfMember(method: string): Promise<string> {
  return (await (method === 'delete' ? ada : leaving).get<{ id: string }>('/api/auth/me')).body.id;
}

/** Nora, when she is in the team. */
async function personIn(team: string): Promise<string> {
  const { body } = await ada.get<{ items: { userId: string }[] }>(`/api/teams/${team}/members?q=nora`);
  return body.items[0]?.userId ?? '';
}

async function send(name: string, { body, query = '' }: { body?: object; query?: string }) {
  const [method = '', path = ''] = name.split(' ');
  const url = (await pathTo(path, method)) + query;
  const asGiven = path === '/projects/{project}/client-config' ? `${url}?client=cline` : url;
  if (path.endsWith('/transfer')) body = { userId: (await leaving.get('/api/auth/me')).body.id };
  if (path === '/auth/logout') return signedOut.post(url);
  if (name === 'delete /profile') return leaving.delete(url, body);
  if (method === 'get') return ada.get(asGiven);
  return method === 'delete' ? ada.delete(url, body) : ada[method as 'post' | 'put' | 'patch'](url, body ?? {});
}

function routes(): string[] {
  const { router } = app.nest.getHttpAdapter().getInstance() as {
    router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
  };
  return router.stack.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {}).map((name) => `${name} ${route?.path.replaceAll(/:(\w+)/g, '{$1}')}`),
  );
}

describe("The API's document", () => {
  it('names every route that is not a page only', () => {
    const ours = routes().filter((name) => !name.includes('/api/docs'));
    expect(ours.length).toBeGreaterThan(50);
    expect(ours.toSorted()).toEqual([...operations(), ...PAGES].toSorted());
  });

  it('is OpenAPI 3.1: every reference leads somewhere, every operation is described, its parameters are those of its path', () => {
    expect(document.openapi).toBe('3.1.0');
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g);
    expect([...references].filter(([, name]) => !document.components.schemas[name as string])).toEqual([]);
    for (const [path, found] of Object.entries(document.paths)) {
      for (const [method, { summary, parameters, responses }] of Object.entries(found)) {
        const inPath = parameters.filter((one) => one.in === 'path').map((one) => `{${one.name}}`);
        expect(inPath, path).toEqual(path.match(/{\w+}/g) ?? []);
        expect(summary, `${method} ${path}`).toBeTruthy();
        const bodies = Object.entries(responses).filter(([status, { content }]) => !content !== (status === '204'));
        expect(bodies, `${method} ${path}`).toEqual([]);
      }
    }
  });

  it('asks for a bearer token or the cookie everywhere but where one comes from, and for health', () => {
    expect(document.security).toEqual([{ bearer: [] }, { cookie: [] }]);
    const open = operations().filter((name) => {
      const [method = '', path = ''] = name.split(' ');
      return document.paths[path]?.[method]?.security;
    });
    expect(open.toSorted()).toEqual([
      'get /health/live',
      'get /health/ready',
      'get /invitations/{token}',
      'post /auth/login',
      'post /auth/signup',
    ]);
  });

  it('describes what strangers get', async () => {
    const nobody = new As(app);
    const found: string[] = [];
    for (const name of operations().filter(
      (one) => one.startsWith('get') && !/health|invitations\/{token}/.test(one),
    )) {
      const answer = await nobody.get(await pathTo(name.slice('get '.length)));
      expect(answer.status, name).toBe(401);
      found.push(...faults(name, answer));
    }
    expect(found).toEqual([]);
  });

  it('describes every answer, to the last field', { timeout: 120_000 }, async () => {
    const found: string[] = [];
    const failed: string[] = [];
    for (const name of operations()) {
      const [first, ...others] = SENT[name] ?? [{}];
      const answer = await send(name, first ?? {});
      if (answer.status >= 300) failed.push(`${name}: ${answer.status} ${answer.text}`);
      found.push(...faults(name, answer));
      for (const other of others) found.push(...faults(name, await send(name, other)));
    }
    expect(failed).toEqual([]);
    expect(found).toEqual([]);
  });
});
