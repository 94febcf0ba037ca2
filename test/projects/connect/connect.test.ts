import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndpointLister } from '../../../src/projects/index.js';
import type { ClientConfig } from '../../../src/projects/connect/client-config.js';
import { Events } from '../../../src/shared/events/index.js';
import { startTeam, type Team } from '../team.js';

const CONFIG = '/api/projects/demo/client-config';

let team: Team;

beforeAll(async () => {
  team = await startTeam({ PUBLIC_URL: 'https://orch.example.com' });
  team.app.nest.get(EndpointLister).register(() => Promise.resolve([{ id: '1', name: 'everything', enabled: true }]));
});
afterAll(() => team.app.close());

describe('A client’s configuration', () => {
  it('names the unified endpoint under the public address, whatever Host says', async () => {
    const headers = { host: 'evil.example' };
    const { status, body } = await team.reporter.get<ClientConfig>(`${CONFIG}?client=cursor`, { headers });
    expect(status).toBe(200);
    expect(body).toMatchObject({ client: 'cursor', format: 'json', filename: 'mcp.json', commandLine: null });
    expect(JSON.parse(body.content)).toEqual({
      mcpServers: {
        'mcp-orch-demo': {
          url: 'https://orch.example.com/projects/demo/unified/mcp',
          headers: { Authorization: 'Bearer ${env:MCP_ORCH_API_KEY}' },
        },
      },
    });
  });

  it('names a server’s own endpoint', async () => {
    const { body } = await team.reporter.get<ClientConfig>(`${CONFIG}?client=cline&endpoint=everything`);
    expect(JSON.parse(body.content)).toMatchObject({
      mcpServers: {
        'mcp-orch-demo-everything': { url: 'https://orch.example.com/projects/demo/servers/everything/mcp' },
      },
    });
  });

  it.each([
    ['client=netscape', 'client', 'cline, cursor, vscode, claude-code, claude-desktop'],
    ['endpoint=unified', 'client', 'cline'],
    ['client=cline&endpoint=other', 'endpoint', 'unified, everything'],
  ])('asked for by %s is refused with what there is', async (query, field, known) => {
    const { status, body } = await team.owner.get<{ error: { fields: Record<string, string> } }>(`${CONFIG}?${query}`);
    expect(status).toBe(422);
    expect(body.error.fields[field]).toContain(known);
  });

  it.each([
    ['cline', 'cline_mcp_settings.json'],
    ['claude-code', '.mcp.json'],
    ['claude-desktop', 'claude_desktop_config.json'],
  ])('for %s downloads as %s', async (client, filename) => {
    const shown = await team.owner.get<ClientConfig>(`${CONFIG}?client=${client}`);
    const { headers, text } = await team.owner.get(`/projects/demo/client-config?client=${client}&download=1`, {
      html: true,
    });
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${filename}"`);
    expect(headers.get('content-type')).toContain('application/json');
    expect(text).toBe(`${shown.body.content}\n`);
  });
});

describe('The Connect page', () => {
  it('shows the addresses, every client and the configuration to copy', async () => {
    const { text } = await team.reporter.page('/projects/demo/connect?client=claude-desktop&endpoint=everything');
    expect(text).toContain('https://orch.example.com/projects/demo/servers/everything/mcp');
    expect(text).toContain('https://orch.example.com/projects/demo/servers/everything/sse');
    for (const label of ['Cline', 'Cursor', 'VS Code', 'Claude Code', 'Claude Desktop']) expect(text).toContain(label);
    expect(text).toContain('mcp-remote');
    expect(text).toContain('Claude\\claude_desktop_config.json');
    expect(text).not.toContain('Create key');
  });

  it('prefers a server when the unified endpoint is switched off, and says so where it is chosen', async () => {
    await team.owner.patch('/api/projects/demo', { unifiedEnabled: false });
    const { body } = await team.owner.get<{ config: ClientConfig }>('/api/projects/demo/connect');
    expect(body.config.content).toContain('/servers/everything/mcp');
    const { text } = await team.owner.page('/projects/demo/connect?endpoint=unified');
    expect(text).toContain('switched off');
    await team.owner.patch('/api/projects/demo', { unifiedEnabled: true });
  });

  it('waits for the first request, and turns green when it arrives', async () => {
    const made = await team.owner.post<{ apiKey: { id: string } }>('/api/projects/demo/api-keys', { name: 'k' });
    const { id } = made.body.apiKey;
    const panel = () => team.owner.get(`/projects/demo/connect?key=${id}`, { fragment: true });
    const waiting = await panel();
    expect(waiting.text.trim()).toMatch(/^<div id="first_request_/);
    expect(waiting.text).toContain('Waiting for the first request');
    expect(waiting.text).toContain('hx-trigger="every 2s"');
    team.app.nest.get(Events).emit('key.used', { apiKeyId: id, at: new Date(), ip: null, client: 'cline 3.1' });
    await expect.poll(async () => (await panel()).text, { timeout: 3000 }).toContain('cline 3.1');
    expect((await panel()).text).not.toContain('hx-trigger');
  });
});
