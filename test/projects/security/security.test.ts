import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SecurityView } from '../../../src/projects/security/security.view.js';
import { ProjectsGateway } from '../../../src/projects/index.js';
import { sha256 } from '../../../src/shared/crypto/index.js';
import { type Change, Changes, type Deed, Deeds } from '../../../src/shared/events/index.js';
import type { As } from '../../support/client.js';
import { startTeam, type Team } from '../team.js';

const PATH = '/api/projects/demo/security';
const OPEN = { authRequired: true, allowedIpRanges: [], rateLimitPerMinute: null, rateLimitPerDay: null };

interface Refused {
  readonly error: { readonly fields: Record<string, string> };
}

let team: Team;
let gateway: ProjectsGateway;
let deeds: Deed[] = [];
let changes: Change[] = [];

beforeAll(async () => {
  team = await startTeam({ TRUSTED_PROXIES: '127.0.0.1/32' });
  gateway = team.app.nest.get(ProjectsGateway);
  team.app.nest.get(Deeds).listen((_, deed) => Promise.resolve(void deeds.push(deed)));
  team.app.nest.get(Changes).listen((change) => void changes.push(change));
});
afterAll(() => team.app.close());

beforeEach(async () => {
  await put(OPEN);
  [deeds, changes] = [[], []];
});

const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
const put = (form: object, who: As = team.owner, ip = '203.0.113.7') =>
  who.put<SecurityView & Refused>(PATH, form, from(ip));
const stored = async () => (await gateway.loadProjects(team.projectId))[0];

describe('The security of a project', () => {
  it('is that of a new project at first, and everybody in it may see it', async () => {
    for (const who of [team.reporter, team.developer, team.owner, team.admin]) {
      expect((await who.get(PATH, from('203.0.113.7'))).body).toEqual({ ...OPEN, yourAddress: '203.0.113.7' });
    }
    expect((await team.nobody.get(PATH)).status).toBe(404);
    expect((await team.reporter.page('/projects/demo/security')).text).not.toContain('Save security');
  });

  it('is changed by an Owner, what is left out stays, and the deed and its news are told', async () => {
    expect((await put({ authRequired: false, rateLimitPerMinute: 5 })).body).toMatchObject({
      authRequired: false,
      rateLimitPerMinute: 5,
    });
    const { status, body } = await put({ rateLimitPerDay: 70, allowedIpRanges: ['203.0.113.0/24'] });
    const now = {
      authRequired: false,
      allowedIpRanges: ['203.0.113.0/24'],
      rateLimitPerMinute: 5,
      rateLimitPerDay: 70,
    };
    expect([status, body]).toEqual([200, { ...now, yourAddress: '203.0.113.7' }]);
    expect(await stored()).toMatchObject({ authRequired: false, allowedIpRanges: ['203.0.113.0/24'] });
    expect(changes).toEqual([1, 2].map(() => ({ topic: 'projects', projectId: team.projectId })));
    expect(deeds.map(({ type, by, changes }) => [type, by?.name, changes])).toEqual([
      [
        'project.updated',
        'Otto Owner',
        [
          { field: 'authRequired', from: true, to: false },
          { field: 'rateLimitPerMinute', from: null, to: 5 },
        ],
      ],
      [
        'project.updated',
        'Otto Owner',
        [
          { field: 'allowedIpRanges', from: '[]', to: '["203.0.113.0/24"]' },
          { field: 'rateLimitPerDay', from: null, to: 70 },
        ],
      ],
    ]);
    await put(now);
    expect(deeds).toHaveLength(2);
  });

  it('gives its limits to keys that set none', async () => {
    const make = async (form: object) =>
      (await team.owner.post<{ key: string }>('/api/projects/demo/api-keys', { name: 'k', ...form })).body.key;
    const [plain, own] = [await make({}), await make({ rateLimitPerMinute: 1 })];
    await put({ rateLimitPerMinute: 60, rateLimitPerDay: 1000 });
    const limits = { rateLimitPerMinute: 60, rateLimitPerDay: 1000 };
    expect(await gateway.findKeyByHash(sha256(plain))).toMatchObject(limits);
    expect(await gateway.findKeyByHash(sha256(own))).toMatchObject({ ...limits, rateLimitPerMinute: 1 });
  });

  it.each([
    ['allowedIpRanges', { allowedIpRanges: ['203.0.113.7', '10.0.0.0/64'] }, '"10.0.0.0/64"'],
    ['rateLimitPerMinute', { rateLimitPerMinute: -1 }, 'at least 1'],
    ['rateLimitPerDay', { rateLimitPerDay: 'a lot' }, 'whole number'],
    ['authRequired', { authRequired: 'perhaps' }, 'true or false'],
    ['owner', { owner: 'me' }, 'There is no field'],
  ])('is not changed by a bad %s', async (field, form, word) => {
    const { status, body } = await put({ rateLimitPerMinute: 9, ...form });
    expect([status, Object.keys(body.error.fields)]).toEqual([422, [field]]);
    expect(body.error.fields[field]).toContain(word);
    expect((await team.owner.get<SecurityView>(PATH)).body).toMatchObject(OPEN);
  });
});

describe('Ranges that leave out the Owner who gives them', () => {
  const ranges = ['10.0.0.0/8', '2001:db8::/32'];

  it.each(['203.0.113.7', '2001:db9::1'])('are refused, naming %s, unless that is accepted', async (ip) => {
    const { status, body } = await put({ allowedIpRanges: ranges }, team.owner, ip);
    expect([status, Object.keys(body.error.fields)]).toEqual([422, ['allowedIpRanges']]);
    expect(body.error.fields.allowedIpRanges).toContain(ip);
    expect((await stored())?.allowedIpRanges).toEqual([]);
    expect((await put({ allowedIpRanges: ranges, acceptLockout: true }, team.owner, ip)).status).toBe(200);
    expect((await stored())?.allowedIpRanges).toEqual(ranges);
    expect((await put({ allowedIpRanges: ranges, rateLimitPerDay: 3 }, team.owner, ip)).status).toBe(200);
  });

  it.each(['10.1.2.3', '2001:db8::9', '::ffff:10.1.2.3'])('are those of others: %s is inside', async (ip) => {
    expect((await put({ allowedIpRanges: ranges }, team.owner, ip)).status).toBe(200);
  });

  it('are asked about in the form, which keeps what was typed', async () => {
    const form = {
      authRequired: 'false',
      allowedIpRanges: '10.0.0.0/8\n192.168.0.0/16',
      rateLimitPerMinute: '',
      rateLimitPerDay: '',
    };
    const path = '/projects/demo/security?_method=PUT';
    expect((await team.owner.page('/projects/demo/security')).text).not.toContain('name="acceptLockout"');
    const refused = await team.owner.submit(path, form);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('These leave out 127.0.0.1');
    expect(refused.text).toContain('10.0.0.0/8\n192.168.0.0/16</textarea>');
    expect(refused.text).toMatch(/name="authRequired" value="false"\s+checked/);
    expect(refused.text).toContain('name="acceptLockout"');
    expect((await team.owner.submit(path, { ...form, acceptLockout: 'true' })).status).toBe(303);
    expect(await stored()).toMatchObject({ authRequired: false, allowedIpRanges: ['10.0.0.0/8', '192.168.0.0/16'] });
    expect((await team.reporter.page('/projects/demo/security')).text).toContain('without a name');
  });
});

it('Only an Owner or an administrator changes it', async () => {
  for (const who of [team.reporter, team.developer]) expect((await put({ authRequired: false }, who)).status).toBe(403);
  expect((await put({ authRequired: false }, team.nobody)).status).toBe(404);
  expect((await stored())?.authRequired).toBe(true);
  expect((await put({ authRequired: false }, team.admin)).status).toBe(200);
});
