// node test/conformance/run.mjs [--sets 2026-07-28,2025-11-25,0.1.16] [--upstreams fixture,…] [--out results.json]
// The official suite against our fixture, directly and through the built product. Fails when the product has more failures.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Product, startListener } from '../support/product.mjs';
import { startKeyProxy } from './key-proxy.mjs';
import { isWorse, print } from './report.mjs';
import { judge, SETS } from './suite.mjs';

const FIXTURE = fileURLToPath(new URL('fixture.mjs', import.meta.url));
const program = (...args) => ({ transport: 'stdio', command: process.execPath, args: [FIXTURE, ...args] });

/** The fixture as registrations of every kind; `fixture` speaks both eras over HTTP. */
const UPSTREAMS = {
  fixture: () => listening('streamable-http', '/mcp', 'http'),
  'http-legacy': () => listening('streamable-http', '/mcp', 'http', '--era', 'legacy'),
  'http-modern': () => listening('streamable-http', '/mcp', 'http', '--era', 'modern'),
  sse: () => listening('sse', '/sse', 'sse'),
  'stdio-legacy': () => program('stdio', '--era', 'legacy'),
  'stdio-modern': () => program('stdio', '--era', 'modern'),
};

const { values: options } = parseArgs({
  options: {
    sets: { type: 'string', default: Object.keys(SETS).join(',') },
    upstreams: { type: 'string', default: 'fixture' },
    out: { type: 'string' },
  },
});
const running = [];

async function listening(transport, path, ...args) {
  const listener = await startListener(FIXTURE, ...args);
  running.push(listener);
  return { transport, url: listener.url + path };
}

async function throughGateway() {
  const product = await Product.start();
  running.push(product);
  const key = await product.openProject('conformance');
  const names = options.upstreams.split(',');
  for (const name of names) await product.addServer('conformance', { name, ...(await UPSTREAMS[name]()) });
  const proxy = await startKeyProxy(product.url, key);
  running.push(proxy);
  return names.map((name) => ({ way: name, url: `${proxy.url}/projects/conformance/servers/${name}/mcp` }));
}

async function judgeAll() {
  const direct = await listening('streamable-http', '/mcp', 'http');
  const ways = await throughGateway();
  const results = [];
  for (const set of options.sets.split(',')) {
    console.log(`Running ${set} …`);
    const judged = await judge(set, direct.url);
    const gateways = [];
    for (const { way, url } of ways) gateways.push({ way: `gateway, ${way}`, judged: await judge(set, url) });
    results.push({ set, direct: judged, gateways });
  }
  return results;
}

try {
  const results = await judgeAll();
  print(results);
  if (options.out) writeFileSync(options.out, JSON.stringify(results, withMaps, 1));
  const worse = results.some(({ direct, gateways }) => gateways.some(({ judged }) => isWorse(direct, judged)));
  if (worse) console.log('\nThe gateway has more failures than the fixture.');
  process.exitCode = worse ? 1 : 0;
} finally {
  for (const one of running.reverse()) await one.stop();
}

function withMaps(_, value) {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
