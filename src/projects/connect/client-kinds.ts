import { commandLine } from './shell.js';

/** What a client connects to. Deep links never hold the key: addresses end up in histories and logs. */
export interface Target {
  /** The name under which the client lists it. */
  readonly name: string;
  readonly url: string;
  /** The key itself, in the one answer that shows it; placeholders otherwise. */
  readonly key?: string;
}

export interface ClientKind {
  readonly id: string;
  readonly label: string;
  readonly filename: string;
  readonly paths: readonly { readonly on: string; readonly path: string }[];
  /** The file's content, for when nothing else stands in it. */
  config(target: Target): object;
  commandLine?(target: Target): string;
  deepLinks?(target: Target): { readonly label: string; readonly url: string }[];
  notes(target: Target): string[];
}

const VARIABLE = 'MCP_ORCH_API_KEY';
const INPUT = 'mcp-orch-key';
const MCP_REMOTE = 'mcp-remote@0.15.1';

/** What to know of a file that holds the key, or that names the variable in its place. */
function keyNote({ key }: Target): string {
  return key === undefined
    ? `Set the environment variable ${VARIABLE} to your key before the client starts, or put the key in its place.`
    : 'This holds your key: keep it out of repositories.';
}

const PLACEHOLDER = '<YOUR_API_KEY>';

/** The header's value: with the key where it is known, else with what the client itself puts in its place. */
function bearer({ key }: Target, placeholder = PLACEHOLDER): string {
  return `Bearer ${key ?? placeholder}`;
}

const cline: ClientKind = {
  id: 'cline',
  label: 'Cline',
  filename: 'cline_mcp_settings.json',
  paths: [
    { on: 'Cline 3, editor and CLI', path: '~/.cline/data/settings/cline_mcp_settings.json' },
    { on: 'In the editor', path: 'MCP Servers ▸ Configure ▸ Configure MCP Servers' },
  ],
  // Without `type` Cline takes a URL for the legacy SSE transport; the timeout is in seconds.
  config: (target) => ({
    mcpServers: {
      [target.name]: {
        type: 'streamableHttp',
        url: target.url,
        headers: { Authorization: bearer(target) },
        disabled: false,
        autoApprove: [],
        timeout: 60,
      },
    },
  }),
  commandLine: (target) =>
    commandLine(
      ...['cline', 'mcp', 'add', target.name, target.url, '--transport', 'streamable-http'],
      ...['--header', `Authorization: ${bearer(target)}`, '--yes'],
    ),
  notes: () => [],
};

function cursorEntry(target: Target) {
  return { url: target.url, headers: { Authorization: bearer(target, `\${env:${VARIABLE}}`) } };
}

const cursor: ClientKind = {
  id: 'cursor',
  label: 'Cursor',
  filename: 'mcp.json',
  paths: [
    { on: 'All your projects', path: '~/.cursor/mcp.json' },
    { on: 'One folder', path: '.cursor/mcp.json' },
  ],
  config: (target) => ({ mcpServers: { [target.name]: cursorEntry(target) } }),
  deepLinks: ({ name, url }) => {
    const config = Buffer.from(JSON.stringify(cursorEntry({ name, url }))).toString('base64');
    const query = `name=${encodeURIComponent(name)}&config=${encodeURIComponent(config)}`;
    return [{ label: 'Add to Cursor', url: `cursor://anysphere.cursor-deeplink/mcp/install?${query}` }];
  },
  notes: (target) => [keyNote(target)],
};

/** VS Code asks for the key once and keeps it in its own secret store, so the file never holds it. */
const vscodeInputs = [
  { type: 'promptString', id: INPUT, description: 'MCP Orchestrator API key', password: true },
] as const;

function vscodeEntry({ url }: Target) {
  return { type: 'http', url, headers: { Authorization: `Bearer \${input:${INPUT}}` } };
}

function vscodeInstall(target: Target): string {
  return JSON.stringify({ name: target.name, ...vscodeEntry(target), inputs: vscodeInputs });
}

const vscode: ClientKind = {
  id: 'vscode',
  label: 'VS Code',
  filename: 'mcp.json',
  paths: [
    { on: 'One folder', path: '.vscode/mcp.json' },
    { on: 'All your folders', path: 'the command “MCP: Open User Configuration”' },
  ],
  config: (target) => ({ inputs: vscodeInputs, servers: { [target.name]: vscodeEntry(target) } }),
  commandLine: (target) => commandLine('code', '--add-mcp', vscodeInstall(target)),
  deepLinks: (target) => {
    const query = encodeURIComponent(vscodeInstall(target));
    return [
      { label: 'Add to VS Code', url: `vscode:mcp/install?${query}` },
      { label: 'Add to VS Code Insiders', url: `vscode-insiders:mcp/install?${query}` },
    ];
  },
  notes: () => ['VS Code asks for the key when it first connects, and keeps it in its secret store.'],
};

const claudeCode: ClientKind = {
  id: 'claude-code',
  label: 'Claude Code',
  filename: '.mcp.json',
  paths: [
    { on: 'One folder, shared with its repository', path: '.mcp.json' },
    { on: 'You alone', path: '~/.claude.json (written by the command)' },
  ],
  config: (target) => ({
    mcpServers: {
      [target.name]: {
        type: 'http',
        url: target.url,
        headers: { Authorization: bearer(target, `\${${VARIABLE}}`) },
      },
    },
  }),
  // --header takes every word that follows it, so it stands last.
  commandLine: (target) =>
    commandLine(
      ...['claude', 'mcp', 'add', '--transport', 'http', target.name, target.url],
      ...['--header', `Authorization: ${bearer(target)}`],
    ),
  notes: (target) => [keyNote(target), 'Claude Code asks for approval before it uses servers of a .mcp.json.'],
};

/** Needed by mcp-remote where the address is neither https nor this machine. */
function allowHttp(url: string): string[] {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && hostname !== 'localhost' && hostname !== '127.0.0.1' ? ['--allow-http'] : [];
}

const claudeDesktop: ClientKind = {
  id: 'claude-desktop',
  label: 'Claude Desktop',
  filename: 'claude_desktop_config.json',
  paths: [
    { on: 'macOS', path: '~/Library/Application Support/Claude/claude_desktop_config.json' },
    { on: 'Windows', path: '%APPDATA%\\Claude\\claude_desktop_config.json' },
  ],
  // The header has no space and its value comes from `env`, because Claude on Windows splits arguments at spaces.
  config: (target) => ({
    mcpServers: {
      [target.name]: {
        command: 'npx',
        args: ['-y', MCP_REMOTE, target.url, ...allowHttp(target.url), '--header', 'Authorization:${AUTH_HEADER}'],
        env: { AUTH_HEADER: bearer(target) },
      },
    },
  }),
  notes: () => [
    'Claude Desktop reads only programs from this file, so mcp-remote connects for it: Node.js 20 or newer must be installed.',
    'Where Windows does not find npx, write "command": "cmd" and put "/c", "npx" before the other args.',
  ],
};

/** Every client we make configurations for; the formats were tried with the clients or read in their sources. */
export const CLIENT_KINDS: readonly ClientKind[] = [cline, cursor, vscode, claudeCode, claudeDesktop];
