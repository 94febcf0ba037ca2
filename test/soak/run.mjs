// npm run soak -- [--sessions 1000] [--rounds 2]: the built product as its users leave it. Sessions of all kinds are opened and
// abandoned; once they have been idle for SESSION_IDLE_MINUTES, here one, its processes and descriptors must be as many as
// before, and its memory as much as after the round before.
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rssMib, tree } from '../bench/processes.mjs';
import { Product, startListener } from '../support/product.mjs';
import { leave, Leaver } from './clients.mjs';

const FIXTURE = fileURLToPath(new URL('../conformance/fixture.mjs', import.meta.url));
const WARM_UP = 100;
/** The idle minute, and what the gateway takes at most to notice. */
const PATIENCE_MS = 150_000;
const SPARE_DESCRIPTORS = 10;
const SPARE_MIB = 32;

const { values } = parseArgs({
  options: { sessions: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '2' } },
});

function measure({ pid }) {
  const isOfDatabase = (commandLine) => commandLine.includes('postgres');
  const descriptors = readdirSync(`/proc/${pid}/fd`).length;
  return { processes: tree(pid, isOfDatabase).length, descriptors, mib: Math.round(rssMib(pid)) };
}

function isBackTo(before, now) {
  return now.processes <= before.processes && now.descriptors <= before.descriptors + SPARE_DESCRIPTORS;
}

async function afterIdleTime(product, before) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(1000)) {
    if (before && isBackTo(before, measure(product))) return measure(product);
  }
  return measure(product);
}

async function soak(product, leaver) {
  const tell = (when, measured) => console.log(when.padEnd(28), JSON.stringify(measured));
  const faults = [];
  await leave(leaver, WARM_UP);
  const before = await afterIdleTime(product);
  tell('before', before);
  let last;
  for (let round = 1; round <= Number(values.rounds); round++) {
    await leave(leaver, Number(values.sessions));
    tell(`round ${round}, ${values.sessions} abandoned`, measure(product));
    const after = await afterIdleTime(product, before);
    tell(`round ${round}, after the idle time`, after);
    if (!isBackTo(before, after)) faults.push(`round ${round} has left processes or descriptors behind`);
    if (last && after.mib > last.mib + SPARE_MIB)
      faults.push(`round ${round} has left ${after.mib - last.mib} MiB behind`);
    last = after;
  }
  return faults;
}

const upstreams = await Promise.all(['legacy', 'modern'].map((era) => startListener(FIXTURE, 'http', '--era', era)));
const product = await Product.start({ SESSION_IDLE_MINUTES: '1' });
try {
  const key = await product.openProject('soak');
  const program = { transport: 'stdio', command: process.execPath, args: [FIXTURE, 'stdio', '--era', 'legacy'] };
  await product.addServer('soak', { name: 'pipe', ...program });
  for (const [at, name] of ['http', 'new'].entries()) {
    await product.addServer('soak', { name, transport: 'streamable-http', url: `${upstreams[at].url}/mcp` });
  }
  const faults = await soak(product, new Leaver(`${product.url}/projects/soak`, key));
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
} finally {
  await product.stop();
  for (const upstream of upstreams) await upstream.stop();
}
