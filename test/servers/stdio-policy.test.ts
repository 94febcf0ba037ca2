import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTeam, type Team } from '../projects/team.js';
import type { As } from '../support/client.js';

const servers = '/api/projects/demo/servers';
const mark = join(mkdtempSync(join(tmpdir(), 'mcpo-policy-')), 'ran');
const program = { transport: 'stdio', command: '/bin/sh', args: ['-c', `touch ${mark}`] };
const harmless = { ...program, args: ['-c', 'exit 3'] };
const remote = { transport: 'sse', url: 'http://127.0.0.1:9/sse' };

/** Every way by which a program could be made to run, with the one of a stored program called `prog`. */
function ways(who: As): Record<string, () => Promise<{ status: number }>> {
  const imported = (entry: object) => who.post(`${servers}/import`, { mcpServers: { sly: entry } });
  const changed = (changes: object) => who.patch(`${servers}/prog`, changes);
  return {
    create: () => who.post(servers, { name: 'sly', ...program }),
    'try unsaved': () => who.post(`${servers}/test`, program),
    'turn a remote server into one': () => who.patch(`${servers}/remote`, program),
    'the same by a form': () =>
      who.submit('/projects/demo/servers/remote?_method=PATCH', { transport: 'stdio', command: '/bin/sh' }),
    'try that': () => who.post(`${servers}/remote/edit/test`, program),
    'try other arguments': () => who.post(`${servers}/prog/edit/test`, { args: program.args }),
    import: () => imported(program),
    'import a list': () => imported({ command: ['/bin/sh', ...program.args] }),
    'import a nested one': () => imported({ transport: { type: 'stdio', ...program } }),
    arguments: () => changed({ args: program.args }),
    variables: () => changed({ env: { LD_PRELOAD: '/tmp/sly.so' } }),
    folder: () => changed({ cwd: '/tmp' }),
    transport: () => changed(remote),
    toggle: () => who.post(`${servers}/prog/toggle`),
    restart: () => who.post(`${servers}/prog/restart`),
    delete: () => who.delete(`${servers}/prog`),
  };
}

async function stored(team: Team): Promise<void> {
  expect((await team.admin.post(servers, { name: 'prog', ...harmless })).status).toBe(201);
  expect((await team.admin.post(servers, { name: 'remote', ...remote })).status).toBe(201);
}

describe('programs on this host', () => {
  let team: Team;
  beforeAll(async () => stored((team = await startTeam())));
  afterAll(() => team.app.close());

  it.each(['owner', 'developer', 'reporter'] as const)('are not for a project’s %s, in no way', async (role) => {
    for (const [way, attempt] of Object.entries(ways(team[role]))) {
      expect([way, (await attempt()).status]).toEqual([way, 403]);
    }
    expect(existsSync(mark)).toBe(false);
  });

  it('are for administrators', async () => {
    const test = await team.admin.post(`${servers}/test`, program);
    expect([test.status, existsSync(mark)]).toEqual([200, true]);
  });
});

describe('programs under STDIO_POLICY=owner', () => {
  it('are for Owners and not for Developers', async () => {
    const team = await startTeam({ STDIO_POLICY: 'owner' });
    const create = (who: As) => who.post(servers, { name: 'mine', ...harmless });
    expect((await create(team.developer)).status).toBe(403);
    expect((await create(team.owner)).status).toBe(201);
    await team.app.close();
  });
});
