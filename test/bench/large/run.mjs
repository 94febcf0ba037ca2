// npm run bench:large -- [--megabytes 100] [--seconds 4] [--upstreams …] [--clients …] [--what result-string,result-rows,argument-string]
// Messages of 100 MB through the built product while 50 small calls per second go to another server: how long they take,
// whether every byte arrives, how late the gateway's event loop gets, what the small calls notice, and the memory.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort, Product, startListener } from '../../support/product.mjs';
import { SessionClient } from '../clients.mjs';
import { rssMib } from '../processes.mjs';

const local = (name) => fileURLToPath(new URL(name, import.meta.url));
const SMALL_MS = 20;
const SMALL_SESSIONS = 32;
const IDLE_S = 10;
const DEMAND = { seconds: 10, lagMs: 200, timesIdle: 2 };

const { values: options } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '4' },
    upstreams: { type: 'string', default: 'http,events,stdio,sse' },
    clients: { type: 'string', default: 'session,stateless,sse' },
    what: { type: 'string', default: 'result-string,result-rows,argument-string' },
    out: { type: 'string' },
  },
});

/** A small call every 20 ms, whether the ones before are answered or not. */
class SmallCalls {
  free = [];
  times = [];
  errors = 0;

  async open(target) {
    for (let at = 0; at < SMALL_SESSIONS; at++) {
      const client = new SessionClient(target);
      await client.open();
      this.free.push(client);
    }
    this.timer = setInterval(() => void this.call(), SMALL_MS);
  }

  async call() {
    const client = this.free.pop();
    if (!client) return void this.errors++;
    const from = performance.now();
    await client.ask('tools/call', { name: 'echo', arguments: { text: 'hello' } }).catch(() => this.errors++);
    this.times.push(performance.now() - from);
    this.free.push(client);
  }

  take() {
    const times = this.times.splice(0).sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
    const { errors } = this;
    this.errors = 0;
    return { p50: at(0.5), p99: at(0.99), count: times.length, errors };
  }
}

/** The peak since the last look, MiB. */
function takePeak(pid) {
  const peak = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024;
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return peak;
}

async function measure(world, job) {
  const { client, small, pid, lag } = world;
  await ask(client, job);
  await sleep(300);
  await lag();
  small.take();
  takePeak(pid);
  const before = rssMib(pid);
  const seconds = [];
  let exact = true;
  for (const end = Date.now() + Number(options.seconds) * 1000; Date.now() < end || seconds.length === 0;) {
    const answer = await ask(client, job);
    if (answer.error) return { error: answer.error };
    seconds.push(answer.seconds);
    exact &&= answer.exact;
  }
  await sleep(200);
  const late = await lag();
  return {
    seconds: Math.max(...seconds),
    calls: seconds.length,
    exact,
    late,
    small: small.take(),
    grown: takePeak(pid) - before,
  };
}

async function ask(client, job) {
  client.send(job);
  return (await once(client, 'message'))[0];
}

const columns = [
  'upstream',
  'client',
  'what',
  'seconds',
  'exact',
  'lag p99',
  'lag max',
  'small p50',
  'small p99',
  '+MiB',
];
const row = (cells) => console.log(cells.map((cell, at) => String(cell).padEnd(at === 2 ? 17 : 10)).join(''));

function faultsOf(name, measured, idle) {
  if (measured.error) return [`${name}: ${measured.error}`];
  const { seconds, exact, late, small } = measured;
  return [
    !exact && 'bytes differ',
    seconds > DEMAND.seconds && `took ${seconds.toFixed(1)} s`,
    late.p99 > DEMAND.lagMs && `event loop ${late.p99.toFixed(0)} ms late`,
    small.errors > 0 && `${small.errors} small calls failed`,
    small.p99 > DEMAND.timesIdle * idle.p99 &&
      `small calls' p99 ${(small.p99 / idle.p99).toFixed(1)} times the idle one`,
  ].flatMap((fault) => (fault ? [`${name}: ${fault}`] : []));
}

const lagPort = await freePort();
const product = await Product.start({ NODE_OPTIONS: `--import ${local('lag.mjs')}`, LAG_PORT: String(lagPort) });
const listeners = [await startListener(local('../upstream.mjs'))];
const client = fork(local('client.mjs'));
try {
  for (const kind of ['http', 'sse']) listeners.push(await startListener(local('upstream.mjs'), kind));
  const [few, http, sse] = listeners;
  const key = await product.openProject('large');
  const servers = {
    small: { transport: 'streamable-http', url: `${few.url}/mcp` },
    http: { transport: 'streamable-http', url: `${http.url}/json` },
    events: { transport: 'streamable-http', url: `${http.url}/events` },
    stdio: { transport: 'stdio', command: process.execPath, args: [local('upstream.mjs'), 'stdio'] },
    sse: { transport: 'sse', url: `${sse.url}/sse` },
  };
  for (const [name, registration] of Object.entries(servers)) {
    await product.addServer('large', { name, ...registration });
  }
  const base = `${product.url}/projects/large/servers`;
  const small = new SmallCalls();
  await small.open({ url: `${base}/small/mcp`, key });
  const lag = async () => (await fetch(`http://127.0.0.1:${lagPort}`)).json();
  await sleep(3000);
  small.take();
  await lag();
  await sleep(IDLE_S * 1000);
  const idle = small.take();
  const late = await lag();
  row(columns);
  row([
    'idle',
    '',
    '',
    '',
    '',
    late.p99.toFixed(1),
    late.max.toFixed(1),
    idle.p50.toFixed(2),
    idle.p99.toFixed(2),
    rssMib(product.pid).toFixed(0),
  ]);
  const faults = [];
  const results = {};
  for (const upstream of options.upstreams.split(',')) {
    for (const kind of options.clients.split(',')) {
      for (const what of options.what.split(',')) {
        const [direction, shape] = what.split('-');
        const bytes = Number(options.megabytes) * 1e6;
        const job = { url: `${base}/${upstream}`, key, kind, direction, shape, bytes };
        const measured = await measure({ client, small, pid: product.pid, lag }, job);
        const name = `${upstream} ${kind} ${what}`;
        results[name] = measured;
        faults.push(...faultsOf(name, measured, idle));
        if (measured.error) row([upstream, kind, what, measured.error]);
        else {
          const { seconds, exact, late: is, small: they, grown } = measured;
          row([
            upstream,
            kind,
            what,
            seconds.toFixed(2),
            exact,
            is.p99.toFixed(1),
            is.max.toFixed(1),
            they.p50.toFixed(2),
            they.p99.toFixed(2),
            grown.toFixed(0),
          ]);
        }
      }
    }
  }
  for (const fault of faults) console.log(`Missed: ${fault}`);
  if (options.out) writeFileSync(options.out, JSON.stringify({ idle, results, faults }, undefined, 1));
  process.exitCode = faults.length > 0 ? 1 : 0;
  clearInterval(small.timer);
  for (const one of small.free) one.connection.close();
} finally {
  client.kill();
  await product.stop();
  for (const listener of listeners) await listener.stop();
}
process.exit();
