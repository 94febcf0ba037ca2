// node test/bench/run.mjs [--rounds 5] [--seconds 1.5] [--targets …] [--scenarios …] [--sessions 0,100,1000] [--out results.json]
// The built product against no gateway at all and against a proxy that looks at nothing. On a shared machine believe the ratios
// (medians over interleaved rounds) and the CPU per call (with PostgreSQL, without the upstream), not the absolute figures.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { memory, slice, storm } from './load.mjs';
import { scenarios } from './scenarios.mjs';
import { faultsOf, printMemory, printScenarios } from './summary.mjs';
import { recordedCalls, startTargets } from './targets.mjs';

const STORM = 200;
const WARM_UP_S = 2;
/** How long the call log may take to hold the last call, ms. */
const LEDGER_MS = 15_000;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1.5' },
    targets: { type: 'string' },
    scenarios: { type: 'string', default: [...Object.keys(scenarios), 'storm'].join(',') },
    sessions: { type: 'string', default: '0,100,1000' },
    out: { type: 'string', default: '.cache/bench.json' },
  },
});

/** A target that cannot do it at all is left out, with the reason. */
async function warmUp(targets, names) {
  const able = [];
  for (const name of names) {
    const { errors, count } = await slice(targets[name], scenarios.echo16, WARM_UP_S).catch(failed);
    if (count > 0) able.push(name);
    else leaveOut(targets[name], `${name} is left out: ${errors[0]}`);
  }
  return able;
}

function leaveOut(target, reason) {
  target.calls = 0;
  console.log(reason);
}

function failed(error) {
  return { count: 0, perSecond: 0, errors: [error.message] };
}

/** Round by round, each target in turn, the order reversed every other time. */
async function measure(targets, names) {
  const results = {};
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const scenario of options.scenarios.split(',')) {
      for (const name of round % 2 ? names.toReversed() : names) {
        const rounds = ((results[scenario] ??= {})[name] ??= []);
        rounds.push(await once(targets[name], scenario).catch(failed));
      }
    }
    console.log(`Round ${round + 1} of ${options.rounds} is done.`);
  }
  return results;
}

function once(target, scenario) {
  return scenario === 'storm' ? storm(target, STORM) : slice(target, scenarios[scenario], Number(options.seconds));
}

/** Whether every call has its row, and none has two. */
async function compareLedgers(product, targets, began) {
  const expected = Object.values(targets).reduce((sum, { project, calls }) => sum + (project ? calls : 0), 0);
  let recorded = await recordedCalls(product, targets, began);
  for (const end = Date.now() + LEDGER_MS; recorded !== expected && Date.now() < end; await sleep(500)) {
    recorded = await recordedCalls(product, targets, began);
  }
  console.log(`\n${expected} calls were made through the gateway, ${recorded} stand in its log.`);
  return { expected, recorded };
}

const { targets, product, stop } = await startTargets();
try {
  const began = new Date();
  const idle = options.sessions ? await memory(targets['gateway-http'], options.sessions.split(',').map(Number)) : [];
  const names = await warmUp(targets, options.targets?.split(',') ?? Object.keys(targets));
  const results = await measure(targets, names);
  printScenarios(results, targets);
  if (idle.length > 0) printMemory(idle);
  const ledger = await compareLedgers(product, targets, began);
  const faults = faultsOf(results);
  for (const fault of faults) console.log(`Wrong: ${fault}`);
  mkdirSync(dirname(options.out), { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  writeFileSync(options.out, JSON.stringify({ began, machine, options, results, idle, ledger, faults }, undefined, 1));
  process.exitCode = faults.length > 0 || ledger.expected !== ledger.recorded ? 1 : 0;
} finally {
  await stop();
}
