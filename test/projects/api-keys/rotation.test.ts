import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiKeyView } from '../../../src/projects/api-keys/api-key.view.js';
import { ProjectsGateway } from '../../../src/projects/index.js';
import { sha256 } from '../../../src/shared/crypto/index.js';
import { type Deed, Deeds } from '../../../src/shared/events/index.js';
import type { As } from '../../support/client.js';
import { startTeam, type Team } from '../team.js';

const KEYS = '/api/projects/demo/api-keys';
const HOUR_MS = 3_600_000;
const SETTINGS = {
  name: 'laptop',
  scopes: ['project', 'tools:read'],
  allowedIpRanges: ['10.0.0.0/8'],
  rateLimitPerMinute: 5,
  rateLimitPerDay: 50,
};

interface Made {
  readonly key: string;
  readonly apiKey: ApiKeyView;
}

let team: Team;
let gateway: ProjectsGateway;

beforeAll(async () => {
  team = await startTeam();
  gateway = team.app.nest.get(ProjectsGateway);
});
afterAll(() => team.app.close());

async function make(form: object = {}, who: As = team.owner): Promise<Made> {
  const { status, body } = await who.post<Made>(KEYS, { name: 'k', ...form });
  expect(status).toBe(201);
  return body;
}

const rotate = ({ apiKey }: Made, form: object = {}, who: As = team.owner) =>
  who.post<Made>(`${KEYS}/${apiKey.id}/rotate`, form);

const shown = async ({ apiKey }: Made) => (await team.owner.get<ApiKeyView>(`${KEYS}/${apiKey.id}`)).body;

const opens = async ({ key }: Made) => (await gateway.findKeyByHash(sha256(key))) !== null;

describe('Rotating a key', () => {
  it('makes another with the same settings and the same lifetime; both work for a day', async () => {
    const old = await make({ ...SETTINGS, expiresAt: new Date(Date.now() + 30 * 24 * HOUR_MS).toISOString() });
    const { status, body: made } = await rotate(old);
    expect(status).toBe(201);
    expect(made.key).not.toBe(old.key);
    expect(made.apiKey).toMatchObject({ ...SETTINGS, state: 'active', rotatedFrom: old.apiKey.id, lastUsedAt: null });
    expect(Date.parse(made.apiKey.expiresAt ?? '') - Date.now()).toBeCloseTo(30 * 24 * HOUR_MS, -5);
    expect([await opens(old), await opens(made)]).toEqual([true, true]);
    const before = await shown(old);
    expect(before).toMatchObject({ state: 'active', rotatedTo: made.apiKey.id });
    expect(Date.parse(before.expiresAt ?? '') - Date.now()).toBeCloseTo(24 * HOUR_MS, -5);
    expect(await shown(made)).toEqual(made.apiKey);
  });

  it('without an overlap ends the old one at once', async () => {
    const old = await make();
    const { body: made } = await rotate(old, { overlapHours: 0 });
    expect([await opens(old), await opens(made)]).toEqual([false, true]);
    expect(await shown(old)).toMatchObject({ state: 'revoked' });
    expect(made.apiKey.expiresAt).toBeNull();
  });

  it('never lets the old one live longer than it would have', async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
    const old = await make({ expiresAt });
    await rotate(old, { overlapHours: 48 });
    expect(await shown(old)).toMatchObject({ expiresAt });
  });

  it('is not for keys that have ended or have a follower', async () => {
    const [revoked, rotated, brief] = [
      await make(),
      await make(),
      await make({ expiresAt: new Date(Date.now() + 150).toISOString() }),
    ];
    await team.owner.delete(`${KEYS}/${revoked.apiKey.id}`);
    await rotate(rotated);
    await expect.poll(() => shown(brief), { interval: 20 }).toMatchObject({ state: 'expired' });
    for (const [key, word] of [
      [revoked, 'revoked'],
      [brief, 'expired'],
      [rotated, 'rotated already'],
    ] as const) {
      const { status, body } = await rotate(key);
      expect([status, (body as unknown as { error: { message: string } }).error.message]).toEqual([
        409,
        expect.stringContaining(word),
      ]);
    }
  });

  it('happens once when two do it at the same moment', async () => {
    const old = await make({ name: 'raced' });
    const answers = await Promise.all(Array.from({ length: 4 }, () => rotate(old)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    const { body } = await team.owner.get<{ items: ApiKeyView[] }>(KEYS);
    expect(body.items.filter(({ name }) => name === 'raced')).toHaveLength(2);
  });

  it('is for one’s own keys, and for an Owner, who then holds the new one', async () => {
    const [ofOwner, ofDeveloper] = [await make(), await make({}, team.developer)];
    expect((await rotate(ofOwner, {}, team.reporter)).status).toBe(403);
    expect((await rotate(ofOwner, {}, team.developer)).status).toBe(403);
    expect((await rotate(ofOwner, {}, team.nobody)).status).toBe(404);
    const { body: made } = await rotate(ofDeveloper);
    expect(made.apiKey.createdBy.name).toBe('Otto Owner');
    expect((await rotate(await make({}, team.developer), {}, team.developer)).status).toBe(201);
  });

  it.each([[-1], [721], ['soon'], [1.5], [null], ['']])('with an overlap of %j is refused', async (overlapHours) => {
    const old = await make();
    const { status, body } = await rotate(old, { overlapHours });
    expect(status).toBe(422);
    expect(Object.keys((body as unknown as { error: { fields: object } }).error.fields)).toEqual(['overlapHours']);
    expect(await shown(old)).toMatchObject({ rotatedTo: null });
  });

  it('shows the new key to a person once, and is on record without it', async () => {
    const deeds: Deed[] = [];
    team.app.nest.get(Deeds).listen((_, deed) => Promise.resolve(void deeds.push(deed)));
    const old = await make({ name: 'by hand' });
    const path = `/projects/demo/api-keys/${old.apiKey.id}`;
    expect((await team.owner.page(path)).text).toContain('action="/projects/demo/api-keys/');
    const answer = await team.owner.submit(`${path}/rotate`, { overlapHours: '0' });
    expect(answer.status).toBe(201);
    const [key = ''] = /mcpo_[0-9A-Za-z]{49}/.exec(answer.text) ?? [];
    expect(await gateway.findKeyByHash(sha256(key))).not.toBeNull();
    expect((await team.owner.page(path)).text).not.toContain(key);
    const deed = deeds.find(({ type }) => type === 'key.rotated');
    expect(deed).toMatchObject({
      projectId: team.projectId,
      object: { type: 'key', id: old.apiKey.id, name: 'by hand' },
    });
    expect(JSON.stringify(deeds)).not.toContain(key);
    const refused = await team.owner.submit(`/projects/demo/api-keys/${(await make()).apiKey.id}/rotate`, {
      overlapHours: 'x',
    });
    expect([refused.status, refused.text.includes('Give the hours')]).toEqual([422, true]);
  });
});
