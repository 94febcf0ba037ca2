import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { elsewhereMs, rssMib } from './processes.mjs';
import { echo, visit } from './scenarios.mjs';

const OPEN_AT_ONCE = 8;
const STORM_AT_ONCE = 16;
/** Until what the last calls left behind is collected. */
const REST_MS = 3000;

/** The results of `job` for each item, at most `atOnce` at a time. */
async function eachOf(items, atOnce, job) {
  const left = [...items];
  const results = [];
  const worker = async () => {
    while (left.length > 0) results.push(await job(left.pop()));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

const times = (count) => Array.from({ length: count }, (_, index) => index);

function openClients(target, count) {
  return eachOf(times(count), OPEN_AT_ONCE, async () => {
    const client = target.client();
    await client.open();
    return client;
  });
}

/** A closed loop for some seconds: each client asks, checks and asks again. Opening and closing are not counted. */
export async function slice(target, { run, clients: count }, seconds) {
  const clients = await openClients(target, count);
  const measure = begin(target);
  const errors = await untilEnd(clients, performance.now() + seconds * 1000, async (client) => {
    await measure.one(() => run(client, target));
  });
  const measured = measure.end();
  await Promise.allSettled(clients.map((client) => client.close()));
  return { ...measured, errors };
}

/** `count` clients come, call once and go. */
export async function storm(target, count) {
  const measure = begin(target);
  const errors = [];
  await eachOf(times(count), STORM_AT_ONCE, () =>
    measure.one(() => visit(target)).catch((error) => errors.push(error.message)),
  );
  return { ...measure.end(), errors };
}

/** Memory of the gateway with so many sessions that called once and are idle since. */
export async function memory(target, steps) {
  const held = [];
  const rows = [];
  for (const sessions of steps) {
    const opened = await openClients(target, sessions - held.length);
    await eachOf(opened, OPEN_AT_ONCE, (client) => echo(client, target));
    held.push(...opened);
    await sleep(REST_MS);
    rows.push({ sessions, rssMib: rssMib(target.pid) });
  }
  await Promise.allSettled(held.map((client) => client.close()));
  return rows;
}

/** A client that met a wrong answer stops: what follows could belong to the question before. */
async function untilEnd(clients, end, step) {
  const loops = clients.map(async (client) => {
    while (performance.now() < end) await step(client);
  });
  const settled = await Promise.allSettled(loops);
  return settled.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message);
}

function begin(target) {
  const durations = [];
  const cpuBefore = target.cpuMs();
  const elsewhereBefore = elsewhereMs();
  const began = performance.now();
  const one = async (job) => {
    const start = performance.now();
    await job();
    durations.push(performance.now() - start);
  };
  const end = () => {
    const elapsed = performance.now() - began;
    const count = durations.length;
    const cpuUs = ((target.cpuMs() - cpuBefore) * 1000) / count;
    const elsewhere = (elsewhereMs() - elsewhereBefore) / (elapsed * availableParallelism());
    return { count, ...percentiles(durations), perSecond: (count * 1000) / elapsed, cpuUs, elsewhere };
  };
  return { one, end };
}

function percentiles(durations) {
  const sorted = durations.sort((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p99: at(0.99) };
}
