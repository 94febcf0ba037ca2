import { describe, expect, it } from 'vitest';
import { AddressGuard } from '../../../src/servers/upstream/index.js';
import { FaultyHttp } from './fixtures/faulty-http.js';
import { newPool } from './harness.js';
import { targetOf } from '../../support/upstreams.js';

const HOSTS_THAT_ARE_NOT_PUBLIC = [
  ...['127.0.0.1', '127.1', '2130706433', '0x7f.0.0.1', '0177.0.0.1', '0', '127。0。0。1', '①②⑦.0.0.1', '127.0.0.1.'],
  ...[
    '10.9.9.9',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ],
  ...[
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
  ],
  ...['192.88.99.1', '192.0.2.1', '198.51.100.1', '203.0.113.1', '192.0.0.8', '240.0.0.1'],
  ...['[::ffff:0:7f00:1]', '[3fff::1]', '[5f00::1]', '[2001::1]', '[2001:2::1]', '[2001:10::1]', '[2001:1ff::1]'],
  ...['[2001:db8::1]', '[64:ff9b:1::1]', '[100::1]', '[100:0:0:1::1]', '[fec0::1]'],
  ...['[fd00::1]', '[fe80::1]', '[ff02::1]', 'localhost'],
];

describe('upstream URLs', () => {
  const strict = new AddressGuard([]);

  it.each(HOSTS_THAT_ARE_NOT_PUBLIC)('may not point to %s', async (host) => {
    await expect(strict.check(new URL(`http://${host}:8080/mcp`))).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
      message: expect.stringContaining('UPSTREAM_ALLOWED_NETWORKS') as string,
    });
  });

  it.each(['8.8.8.8', '192.88.98.1', '[2606:4700::1]', '[2001:200::1]', '[::ffff:8.8.8.8]'])(
    'may point to the public address %s',
    async (host) => {
      await expect(strict.check(new URL(`https://${host}/mcp`))).resolves.toBeUndefined();
    },
  );

  it('may point to what the operator allows, on the ports he allows', async () => {
    const guard = new AddressGuard(['127.0.0.0/8', '10.0.0.0/8:8080', '[fd00::/8]:443'.replace(/[[\]]/g, '')]);
    await guard.check(new URL('http://127.0.0.1:9/'));
    await guard.check(new URL('http://[::ffff:127.0.0.1]:9/'));
    await guard.check(new URL('http://10.1.1.1:8080/'));
    await guard.check(new URL('https://[fd00::1]/'));
    await expect(guard.check(new URL('http://10.1.1.1:8081/'))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await expect(guard.check(new URL('http://192.168.0.1/'))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('are checked when the link dials, with one text for open and closed ports', async () => {
    const canary = await FaultyHttp.start();
    const { pool } = await newPool({ UPSTREAM_ALLOWED_NETWORKS: '10.0.0.0/8' });
    const texts: string[] = [];
    for (const host of ['127.0.0.1', 'localhost']) {
      for (const port of [new URL(canary.url).port, '9']) {
        for (const transport of ['streamable-http', 'sse'] as const) {
          const target = targetOf({ transport, url: `http://${host}:${port}/mcp` });
          const error = await pool.shared(target).catch((failure: Error) => failure);
          texts.push((error as Error).message.replace(`${host}:${port}`, 'it'));
        }
      }
    }
    expect(new Set(texts)).toEqual(
      new Set(['it is not a public address. An administrator can allow its network in UPSTREAM_ALLOWED_NETWORKS.']),
    );
    expect(canary.requests).toEqual([]);
    await canary.stop();
  });
});
