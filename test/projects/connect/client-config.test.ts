import { describe, expect, it } from 'vitest';
import { allClientConfigs, clientConfig } from '../../../src/projects/connect/client-config.js';
import { Invalid } from '../../../src/shared/errors/index.js';

const demo = { name: 'mcp-orch-demo', url: 'https://orch.example.com/p/demo/mcp' };

function content(client: string, target: Parameters<typeof clientConfig>[1] = demo): unknown {
  return JSON.parse(clientConfig(client, target).content);
}

describe('The configuration for', () => {
  it('Cline names the transport in its own spelling', () => {
    expect(content('cline')).toEqual({
      mcpServers: {
        'mcp-orch-demo': {
          type: 'streamableHttp',
          url: demo.url,
          headers: { Authorization: 'Bearer <YOUR_API_KEY>' },
          disabled: false,
          autoApprove: [],
          timeout: 60,
        },
      },
    });
    expect(clientConfig('cline', demo)).toMatchObject({
      filename: 'cline_mcp_settings.json',
      commandLine: `cline mcp add mcp-orch-demo ${demo.url} --transport streamable-http --header "Authorization: Bearer <YOUR_API_KEY>" --yes`,
    });
  });

  it('Cursor takes the key from the environment and installs by a link', () => {
    expect(content('cursor')).toEqual({
      mcpServers: {
        'mcp-orch-demo': { url: demo.url, headers: { Authorization: 'Bearer ${env:MCP_ORCH_API_KEY}' } },
      },
    });
    expect(clientConfig('cursor', demo).deepLinks.map(({ url }) => url)).toEqual([
      'cursor://anysphere.cursor-deeplink/mcp/install?name=mcp-orch-demo&config=eyJ1cmwiOiJodHRwczovL29yY2guZXhhbXBsZS5jb20vcC9kZW1vL21jcCIsImhlYWRlcnMiOnsiQXV0aG9yaXphdGlvbiI6IkJlYXJlciAke2VudjpNQ1BfT1JDSF9BUElfS0VZfSJ9fQ%3D%3D',
    ]);
  });

  it('VS Code lets the editor ask for the key', () => {
    const inputs = [
      { type: 'promptString', id: 'mcp-orch-key', description: 'MCP Orchestrator API key', password: true },
    ];
    const entry = { type: 'http', url: demo.url, headers: { Authorization: 'Bearer ${input:mcp-orch-key}' } };
    expect(content('vscode')).toEqual({ inputs, servers: { 'mcp-orch-demo': entry } });
    const { deepLinks, commandLine } = clientConfig('vscode', demo);
    expect(deepLinks.map(({ url }) => url.split('?')[0])).toEqual([
      'vscode:mcp/install',
      'vscode-insiders:mcp/install',
    ]);
    for (const { url } of deepLinks) {
      expect(JSON.parse(decodeURIComponent(url.split('?')[1] ?? ''))).toEqual({
        name: 'mcp-orch-demo',
        ...entry,
        inputs,
      });
    }
    expect(JSON.parse(/^code --add-mcp '(.*)'$/.exec(commandLine ?? '')?.[1] ?? '')).toMatchObject({
      ...entry,
      inputs,
    });
  });

  it('Claude Code takes the key from the environment', () => {
    expect(content('claude-code')).toEqual({
      mcpServers: {
        'mcp-orch-demo': {
          type: 'http',
          url: demo.url,
          headers: { Authorization: 'Bearer ${MCP_ORCH_API_KEY}' },
        },
      },
    });
    expect(clientConfig('claude-code', demo)).toMatchObject({
      filename: '.mcp.json',
      commandLine: `claude mcp add --transport http mcp-orch-demo ${demo.url} --header "Authorization: Bearer <YOUR_API_KEY>"`,
    });
  });

  it('Claude Desktop goes through mcp-remote, with a header that has no space', () => {
    expect(content('claude-desktop')).toEqual({
      mcpServers: {
        'mcp-orch-demo': {
          command: 'npx',
          args: ['-y', 'mcp-remote@0.15.1', demo.url, '--header', 'Authorization:${AUTH_HEADER}'],
          env: { AUTH_HEADER: 'Bearer <YOUR_API_KEY>' },
        },
      },
    });
  });

  it('Claude Desktop allows plain HTTP only beyond this machine', () => {
    const far = { ...demo, url: 'http://orch.lan/projects/demo/unified/mcp' };
    const near = { ...demo, url: 'http://localhost:3000/projects/demo/unified/mcp' };
    expect(clientConfig('claude-desktop', far).content).toContain('--allow-http');
    expect(clientConfig('claude-desktop', near).content).not.toContain('--allow-http');
  });
});

describe('A configuration', () => {
  it('names the clients there are when asked for another', () => {
    expect(() => clientConfig('netscape', demo)).toThrow(Invalid);
    expect(() => clientConfig('netscape', demo)).toThrow(/cline, cursor, vscode, claude-code, claude-desktop/);
  });

  it('holds the key where it is known, but no link ever does', () => {
    const key = 'mcpo_theKeyItself';
    const holding = allClientConfigs({ ...demo, key }).filter(({ content }) => content.includes(`Bearer ${key}`));
    expect(holding.map(({ client }) => client)).toEqual(['cline', 'cursor', 'claude-code', 'claude-desktop']);
    const links = allClientConfigs({ ...demo, key }).flatMap(({ deepLinks }) => deepLinks);
    expect(links).toEqual(allClientConfigs(demo).flatMap(({ deepLinks }) => deepLinks));
  });

  it('quotes what a shell would change', () => {
    const { commandLine } = clientConfig('cline', { ...demo, key: "a'b$c" });
    expect(commandLine).toContain(`'Authorization: Bearer a'\\''b$c'`);
  });
});
