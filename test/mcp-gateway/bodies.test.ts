import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { bearer, eventually, initialize, raw, startGateway, type TestGateway } from './harness.js';

const LIMIT = 1_000_000;
const ALMOST = Buffer.alloc(900_000, ' ');

describe('long bodies that are sent at once', () => {
  let gateway: TestGateway;
  let url: string;
  let [one, other]: string[] = [];

  beforeAll(async () => {
    gateway = await startGateway({ MAX_MESSAGE_BYTES: String(LIMIT) });
    const project = gateway.sources.project('demo');
    [one, other] = [gateway.sources.key(project), gateway.sources.key(project)];
    gateway.sources.server(project, 'faulty', faultyStdio());
    await gateway.changed('projects');
    url = `${gateway.url}/projects/demo/servers/faulty/mcp`;
  });

  afterAll(() => gateway.close());

  /** A body that stays unfinished. */
  function begin(key: string): ClientRequest {
    const headers = {
      ...bearer(key),
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    };
    const upload = request(url, { method: 'POST', headers: { ...headers, 'content-length': LIMIT } });
    upload.on('error', () => undefined);
    upload.write(ALMOST);
    return upload;
  }

  const whole = (key = '') => raw(url, { headers: bearer(key), body: { ...initialize(), padding: ALMOST.toString() } });

  it('are refused before one key fills the memory of all, and taken again when there is room', async () => {
    const held = Array.from({ length: 5 }, () => begin(one as string));
    const refused = await Promise.race(held.map((upload) => once(upload, 'response')));
    expect((refused as [IncomingMessage])[0].statusCode).toBe(429);
    expect((await raw(url, { headers: bearer(one as string), body: initialize() })).status).toBe(200);
    expect((await whole(other)).status).toBe(200);
    for (const upload of held) upload.destroy();
    await eventually(async () => expect((await whole(one)).status).toBe(200));
    for (let count = 0; count < 10; count++) expect((await whole(one)).status).toBe(200);
  });
});
