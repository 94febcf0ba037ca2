import { table } from '../support/table.mjs';

/** Above this a figure has no decimals. */
const EXACT = 100;

function median(values) {
  const sorted = values.filter(Number.isFinite).sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function figure(value, digits = 2) {
  if (!Number.isFinite(value)) return '–';
  return value >= EXACT ? value.toFixed(0) : value.toFixed(digits);
}

/** Median over the rounds of how many times `other`'s rate this target had in the same round. */
function ratio(rounds, others) {
  return others ? median(rounds.map(({ perSecond }, round) => perSecond / others[round]?.perSecond)) : NaN;
}

const HEAD = [
  'target',
  'per s',
  'of direct',
  'of proxy',
  'p50 ms',
  'p99 ms',
  'CPU µs',
  'busy elsewhere',
  'wrong',
  'replies',
];

/** `results[scenario][target]` are the rounds. */
export function printScenarios(results, targets) {
  for (const [scenario, byTarget] of Object.entries(results)) {
    const rows = Object.entries(byTarget).map(([name, rounds]) => {
      const of = (what) => median(rounds.map((round) => round[what]));
      const sum = (what) => rounds.reduce((total, round) => total + what(round), 0);
      const direct = byTarget[targets[name].beside.replace('proxy', 'direct')];
      return [
        ...[name, figure(of('perSecond'), 1), figure(ratio(rounds, direct), 3)],
        ...[figure(ratio(rounds, byTarget[targets[name].beside]), 3), figure(of('p50')), figure(of('p99'))],
        ...[targets[name].pid ? figure(of('cpuUs'), 0) : '–', `${figure(of('elsewhere') * 100, 0)} %`],
        ...[sum(({ errors }) => errors.length), sum(({ count }) => count)],
      ];
    });
    console.log(`\n${scenario}\n${table(HEAD, rows)}`);
  }
}

export function printMemory(rows) {
  const [none] = rows;
  const lines = rows.map(({ sessions, rssMib }) => {
    const each = sessions ? figure(((rssMib - none.rssMib) * 1024) / sessions, 1) : '–';
    return [sessions, figure(rssMib, 1), each];
  });
  console.log(`\nmemory of the gateway's process\n${table(['idle sessions', 'MiB', 'KiB each'], lines)}`);
}

/** Every wrong reply once, with its target. */
export function faultsOf(results) {
  const faults = Object.entries(results).flatMap(([scenario, byTarget]) =>
    Object.entries(byTarget).flatMap(([name, rounds]) =>
      rounds.flatMap(({ errors }) => errors.map((error) => `${scenario}, ${name}: ${error}`)),
    ),
  );
  return [...new Set(faults)];
}
