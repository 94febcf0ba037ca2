import { randomUUID } from 'node:crypto';
import { idAt, random } from './random.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS = 7;

const CLIENTS = [
  { name: 'claude-code', version: '2.1.14', agent: 'claude-code/2.1.14 (cli)' },
  { name: 'cursor-vscode', version: '1.0.0', agent: 'Cursor/2.1.0' },
  { name: 'Cline', version: '3.40.1', agent: 'Cline/3.40.1' },
  { name: 'Visual Studio Code', version: '1.106.0', agent: 'Code/1.106.0' },
  { name: 'codex-mcp-client', version: '0.63.0', agent: 'codex/0.63.0' },
];

const text = (...parts) => JSON.stringify({ content: parts.map((part) => ({ type: 'text', text: part })) });
const CALLS = {
  everything: [
    ['echo', { message: 'Is the shop open?' }, text('Echo: Is the shop open?'), 4],
    ['get-sum', { a: 19, b: 23 }, text('The sum of 19 and 23 is 42.'), 5],
    ['get-structured-content', { location: 'Chicago' }, text('{"temperature":36,"conditions":"Light rain"}'), 7],
    ['trigger-long-running-operation', { duration: 5, steps: 5 }, text('Long running operation completed.'), 5010],
  ],
  memory: [
    ['search_nodes', { query: 'checkout' }, text('{"entities":[{"name":"checkout","entityType":"service"}]}'), 12],
    ['read_graph', {}, text('{"entities":[],"relations":[]}'), 15],
    ['open_nodes', { names: ['checkout', 'payments'] }, text('{"entities":[],"relations":[]}'), 9],
  ],
};
const FAILURES = [
  ['error', 'TOOL_ERROR', 'The tool reported an error: no entity of that name'],
  ['error', 'INVALID_PARAMETERS', 'message: must be a string'],
  ['timeout', 'TIMEOUT', 'The server did not answer within 60 s'],
  ['cancelled', 'CANCELLED', 'The client cancelled the call'],
];

/** Working hours of the last days, and one now, so that every time range has something. */
function starts(count) {
  const today = new Date().setUTCHours(0, 0, 0, 0);
  const times = Array.from({ length: count }, () => {
    return today - Math.floor(random() * DAYS) * DAY + (7 + random() * 11) * HOUR;
  });
  return [...times.filter((at) => at < Date.now() - HOUR), Date.now() - 0.3 * HOUR];
}

/** One client at work for a while. */
function sessionAt(startedAt, { project, keys, servers }) {
  const client = pick(CLIENTS);
  const key = pick(keys);
  const session = { id: randomUUID(), client, key, ip: `10.20.0.${Math.ceil(random() * 40)}` };
  const calls = [];
  let at = startedAt + 2000;
  for (let left = 4 + Math.floor(random() * 18); left > 0 && at < Date.now() - 1000; left--) {
    calls.push(callAt(at, { project, session, server: pick(servers) }));
    at += 3000 + random() * 60_000;
  }
  const failures = calls.filter(({ status }) => status !== 'success').length;
  const row = {
    ...{ id: session.id, project_id: project.id, endpoint: 'unified', transport: 'streamable-http' },
    ...{ protocol_version: '2025-11-25', client_name: client.name, client_version: client.version },
    ...{ api_key_id: key.id, ip: session.ip, user_agent: client.agent, calls: calls.length, failures },
    ...{ started_at: iso(startedAt), last_activity_at: iso(at), ended_at: iso(at + 60_000) },
  };
  return { row, calls };
}

function callAt(at, { project, session, server }) {
  const [tool, given, result, usual] = pick(CALLS[server.name]);
  const failure = random() < 0.07 ? pick(FAILURES) : undefined;
  const [status, code, message] = failure ?? ['success', null, null];
  const { client, key } = session;
  const body = JSON.stringify(given);
  const duration = status === 'timeout' ? 60_000 : usual * (0.7 + random() ** 4 * 6);
  return {
    ...{ id: idAt(at), at: iso(at), project_id: project.id, server_id: server.id, server_name: server.name },
    ...{ endpoint: 'unified', transport: 'streamable-http', session_id: session.id },
    ...{ client_name: client.name, client_version: client.version, user_agent: client.agent, ip: session.ip },
    ...{ api_key_id: key.id, api_key_name: key.name, api_key_prefix: key.prefix, method: 'tools/call', tool },
    ...{ status, error_code: code, error_message: message, arguments: body, arguments_truncated: false },
    ...{ result: failure ? null : result, result_truncated: false, duration_ms: duration, queue_ms: random() * 0.4 },
    ...{ request_bytes: body.length + 90, response_bytes: failure ? 140 : result.length + 60 },
  };
}

const MESSAGES = [
  ['info', 'startup', 'Started'],
  ['info', 'connection', 'Connected: 2025-11-25'],
  ['warning', 'stderr', 'Knowledge graph is larger than 1 MB: consider pruning it'],
  ['error', 'tool_execution', 'The tool read_graph did not answer within 60 s'],
  ['info', 'shutdown', 'Stopped: nobody used it for 30 minutes'],
];

function logsOf(project, servers) {
  return starts(20).map((at) => {
    const server = pick(servers);
    const [level, category, message] = pick(MESSAGES);
    const where = { project_id: project.id, server_id: server.id, server_name: server.name };
    return { id: idAt(at), at: iso(at), ...where, level, category, message };
  });
}

/** Several hundred calls with their sessions, and what happened to servers, in the last days. */
export async function writeHistory(query, { projects, keys }) {
  for (const [slug, owned] of Object.entries(keys)) {
    const project = projects[slug];
    const sql = 'SELECT id, name FROM mcp_servers WHERE project_id = $1 AND name = ANY ($2) ORDER BY name';
    const servers = await query(sql, [project.id, Object.keys(CALLS)]);
    const count = slug === 'web-shop' ? 40 : 15;
    const sessions = starts(count).map((at) => sessionAt(at, { project, keys: owned, servers }));
    await insert(
      query,
      'client_sessions',
      sessions.map(({ row }) => row),
    );
    await insert(
      query,
      'tool_call_logs',
      sessions.flatMap(({ calls }) => calls),
    );
    await insert(query, 'server_logs', logsOf(project, servers));
    for (const { id } of owned) await query(LAST_USE, [id]);
  }
}

const LAST_USE = `
  UPDATE api_keys SET (last_used_at, last_used_client, last_used_ip) =
    (SELECT at, client_name, ip FROM tool_call_logs WHERE api_key_id = $1 ORDER BY at DESC LIMIT 1) WHERE id = $1`;

async function insert(query, table, rows) {
  const columns = Object.keys(rows[0]).join(', ');
  const from = `jsonb_populate_recordset(NULL::${table}, $1)`;
  await query(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${from}`, [JSON.stringify(rows)]);
}

const pick = (list) => list[Math.floor(random() * list.length)];
const iso = (ms) => new Date(ms).toISOString();
