import { createHash, randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogWriter } from '../../../src/logs/recorder/log-writer.js';
import { Recorder } from '../../../src/logs/recorder/recorder.js';
import { Spool } from '../../../src/logs/recorder/spool.js';
import { Events, type SessionStarted } from '../../../src/shared/events/index.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/tcp-proxy.js';
import { aCall, ids, populate } from '../log-scene.js';

let database: FreshDatabase;
let client: pg.Client;
let dataDir: string;
let proxy: DatabaseProxy;
let events: Events;
let recorder: Recorder;
let stopped: boolean;

function start(): void {
  events = new Events();
  const writer = new LogWriter({ url: proxy.url });
  recorder = new Recorder(events, writer, new Spool({ dataDir }));
  recorder.onModuleInit();
  stopped = false;
}

async function stop(): Promise<void> {
  if (!stopped) await recorder.beforeApplicationShutdown();
  stopped = true;
}

async function count(sql = 'SELECT count(*)::integer AS count FROM tool_call_logs'): Promise<number> {
  const { rows } = await client.query<{ count: number }>(sql);
  return rows[0]?.count ?? -1;
}

const emit = (amount: number, changes = {}) => {
  for (let n = 0; n < amount; n++) events.emit('call.finished', aCall(changes));
};

/** Exactly so many, also after everything that waited has been written. */
async function expectRows(amount: number): Promise<void> {
  await eventually(async () => expect(await count()).toBe(amount));
  await stop();
  expect(await count()).toBe(amount);
}

/** What separates payloads on their way into the database is shown as its symbol, as NUL is. */
const shown = (text: string | null) => text && text.replaceAll('\x1f', '\u241f');

/** The files that hold what the database has not got. */
const spooled = async () => (await readdir(dataDir)).toSorted().map((name) => join(dataDir, name));
const expectSpool = (isThere: boolean) => eventually(async () => expect((await spooled()).length > 0).toBe(isThere));
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await populate(client);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mcpo-recorder-'));
  proxy = await DatabaseProxy.toDatabase(database.url);
  await client.query('TRUNCATE tool_call_logs, client_sessions, server_logs');
  start();
});

afterEach(async () => {
  await stop();
  proxy.close();
  await rm(dataDir, { recursive: true });
});

describe('the recorder', () => {
  it('writes a call within moments, with the names of server and key as they are', async () => {
    const call = aCall({ userId: ids.user, status: 'error', errorCode: 'TOOL_ERROR', errorMessage: 'no' });
    events.emit('call.finished', call);
    await eventually(async () => expect(await count()).toBe(1));
    const { rows } = await client.query('SELECT * FROM tool_call_logs');
    expect(rows[0]).toMatchObject({
      ...{ id: call.id, at: call.at, project_id: ids.project, server_name: 'everything', api_key_name: 'laptop' },
      ...{ api_key_prefix: 'mcpo_abcd', user_name: 'Ada', tool: 'echo', status: 'error', error_code: 'TOOL_ERROR' },
      ...{ arguments: '{"message":"hi"}', arguments_truncated: false, duration_ms: 1.5, request_bytes: 100 },
    });
  });

  it('makes 10,000 calls 10,000 rows', async () => {
    emit(10_000);
    await expectRows(10_000);
  });

  it('loses and doubles nothing while the database is away', async () => {
    emit(700);
    await new Promise((resolve) => setTimeout(resolve, 20));
    proxy.cut();
    emit(2000);
    await expectSpool(true);
    emit(300);
    proxy.restore();
    await eventually(async () => expect(await count()).toBe(3000));
    await expectSpool(false);
  });

  it('goes on when every connection of the database is terminated in the middle', async () => {
    for (let round = 0; round < 10; round++) {
      emit(500);
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mcp-orchestrator recorder'`,
      );
    }
    await eventually(async () => expect(await count()).toBe(5000));
  });

  it('gives up a line that went dead and sends the batch again', async () => {
    emit(100);
    await eventually(async () => expect(await count()).toBe(100));
    proxy.silence();
    emit(100);
    await expectSpool(true);
    proxy.restore();
    await eventually(async () => expect(await count()).toBe(200));
  });

  it('finds after a crash what the database had not taken, and a torn last line harms nothing', async () => {
    const written = aCall();
    events.emit('call.finished', written);
    await eventually(async () => expect(await count()).toBe(1));
    proxy.cut();
    events.emit('call.finished', written);
    emit(200);
    await stop();
    expect(await count()).toBe(1);
    await appendFile((await spooled()).at(-1) ?? '', '{"kind":"call","row":{"id":"torn');
    proxy.restore();
    start();
    await eventually(async () => expect(await count()).toBe(201));
    await expectSpool(false);
  });

  it('has a call in its spool when its answer may go out, and one write for all of a turn', async () => {
    proxy.cut();
    const calls = [aCall(), aCall(), aCall()];
    for (const call of calls) events.emit('call.finished', call);
    await new Promise<void>((resolve) => events.afterKept(resolve));
    const lines = (await Promise.all((await spooled()).map((path) => readFile(path, 'utf8'))))
      .join('')
      .trim()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { row: { id: string } }).row.id)).toEqual(
      calls.map(({ id }) => id),
    );
  });

  it('removes files of the spool as the database gets what is in them', async () => {
    for (let round = 0; round < 20; round++) {
      emit(600);
      await new Promise<void>((resolve) => events.afterKept(resolve));
      await eventually(async () => expect(await count()).toBeGreaterThan(600 * round));
      expect((await spooled()).length).toBeLessThan(6);
    }
    await eventually(async () => expect(await count()).toBe(12_000));
    await expectSpool(false);
  });

  it('keeps what is told after it stopped for the next start', async () => {
    await stop();
    emit(3);
    start();
    await eventually(async () => expect(await count()).toBe(3));
  });

  it('writes the same call once', async () => {
    const call = aCall();
    for (let n = 0; n < 3; n++) events.emit('call.finished', call);
    await expectRows(1);
  });

  it('leaves out only the rows of a project that is gone', async () => {
    emit(5);
    emit(5, { projectId: randomUUID() });
    emit(5, { serverId: randomUUID(), apiKeyId: randomUUID(), userId: randomUUID() });
    await expectRows(10);
  });

  it('leaves out only the row that the database refuses', async () => {
    emit(20);
    events.emit('call.finished', aCall({ status: 'strange' as 'error' }));
    events.emit('call.finished', aCall({ requestBytes: 2 ** 40 }));
    emit(20);
    await expectRows(40);
  });

  it('stores text that PostgreSQL would refuse: NUL, broken surrogates, oversized names', async () => {
    events.emit('call.finished', aCall({ arguments: 'a\0b\ud800c', userAgent: 'x'.repeat(10_000), tool: 'e\0cho' }));
    await expectRows(1);
    const { rows } = await client.query<{ arguments: string; user_agent: string; tool: string }>(
      'SELECT * FROM tool_call_logs',
    );
    expect(rows[0]).toMatchObject({ arguments: 'a\u2400b\ufffdc', tool: 'e\u2400cho' });
    expect(rows[0]?.user_agent).toHaveLength(300);
  });

  it('keeps the calls of many clients apart that are written at once, whatever is in their texts', async () => {
    const texts = [
      'plain',
      '"quoted" \\ back',
      '{a,b}',
      'NULL',
      '',
      ' ',
      "it's $1",
      'ü\u20ac\u{1f600}',
      'a\x1fb',
      'a\nb',
    ];
    const calls = texts.map((text, at) =>
      aCall({
        ...{ clientName: text, clientVersion: texts.at(at - 1) ?? null, userAgent: at % 2 ? text : null, tool: text },
        ...{ arguments: `{"at":${at},"text":${JSON.stringify(text)}}`, result: at % 3 ? JSON.stringify([text]) : null },
        ...{ errorMessage: at % 2 ? null : text, status: at % 2 ? 'success' : 'error', durationMs: at + 0.123456789 },
      }),
    );
    for (const call of calls) events.emit('call.finished', call);
    await expectRows(calls.length);
    const { rows } = await client.query<Record<string, unknown>>('SELECT * FROM tool_call_logs');
    for (const call of calls) {
      expect(rows.find(({ id }) => id === call.id)).toMatchObject({
        ...{ client_name: shown(call.clientName), client_version: shown(call.clientVersion), tool: shown(call.tool) },
        ...{ user_agent: shown(call.userAgent), error_message: shown(call.errorMessage), status: call.status },
        ...{ arguments: call.arguments, result: call.result, duration_ms: call.durationMs, at: call.at },
      });
    }
  });

  it('stores the hash of a payload that was cut', async () => {
    const text = JSON.stringify('x'.repeat(70_000));
    events.emit('call.finished', aCall({ arguments: text, requestBytes: text.length }));
    await expectRows(1);
    const { rows } = await client.query<{ arguments: string; arguments_sha256: Buffer; result_sha256: unknown }>(
      'SELECT * FROM tool_call_logs',
    );
    expect(rows[0]?.arguments).toHaveLength(65_536);
    expect(rows[0]?.arguments_sha256.toString('hex')).toBe(createHash('sha256').update(text).digest('hex'));
    expect(rows[0]?.result_sha256).toBeNull();
  });

  it('keeps a session with its counters, and counts a repeated batch once', async () => {
    const at = new Date('2026-01-01T10:00:00Z');
    const session = {
      id: 'session-1',
      at,
      projectId: ids.project,
      serverId: null,
      endpoint: 'unified',
      apiKeyId: ids.key,
    };
    const rest = {
      transport: 'sse',
      protocolVersion: '2024-11-05',
      clientName: 'cline',
      clientVersion: '1',
      ip: null,
      userAgent: null,
    };
    events.emit('session.started', { ...session, ...rest } as SessionStarted);
    const call = aCall({ sessionId: 'session-1', at: new Date('2026-01-01T10:05:00Z') });
    for (let n = 0; n < 2; n++) events.emit('call.finished', call);
    emit(1, { sessionId: 'session-1', status: 'timeout', at: new Date('2026-01-01T10:02:00Z') });
    emit(1, { sessionId: 'session-1', status: 'cancelled', at: new Date('2026-01-01T10:03:00Z') });
    events.emit('session.ended', { sessionId: 'session-1', at: new Date('2026-01-01T10:06:00Z') });
    await expectRows(3);
    const { rows } = await client.query('SELECT calls, failures, last_activity_at, ended_at FROM client_sessions');
    const ended = new Date('2026-01-01T10:06:00Z');
    expect(rows).toEqual([{ calls: 3, failures: 1, last_activity_at: ended, ended_at: ended }]);
  });

  it('keeps server logs, secrets masked', async () => {
    const log = {
      at: new Date(),
      projectId: ids.project,
      serverId: ids.server,
      level: 'error',
      category: 'stderr',
    } as const;
    events.emit('server.logged', { ...log, message: 'API_KEY=abc failed', details: { token: 'abc', note: 'a\0b' } });
    await eventually(async () => expect(await count('SELECT count(*)::integer AS count FROM server_logs')).toBe(1));
    const { rows } = await client.query('SELECT server_name, message, details FROM server_logs');
    expect(rows).toEqual([
      {
        server_name: 'everything',
        message: 'API_KEY=[masked] failed',
        details: { token: '[masked]', note: 'a\u2400b' },
      },
    ]);
  });
});
