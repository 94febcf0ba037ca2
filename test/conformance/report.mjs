import { table } from '../support/table.mjs';

const SKIPPED =
  'Not run: the client half of the suite, which needs a client program of ours that connects, calls and signs in, and its ' +
  'scenarios for authorization servers, which the product is not. What passes less often without failing was not exercised.';

/** Of a complaint; some carry the whole message. */
const FAULT_LENGTH = 300;

/** One line per set and way, then every scenario that is worse through the gateway. */
export function print(results) {
  const rows = results.flatMap(({ set, direct, gateways }) => [
    row(set, 'direct', direct),
    ...gateways.map(({ way, judged }) => row(set, way, judged)),
  ]);
  console.log(table(['set', 'way', 'scenarios', 'passed', 'failed', 'of them unscored', 'exit'], rows));
  for (const { set, direct, gateways } of results) {
    const bothFail = [...direct.scenarios].filter(([, { failed }]) => failed > 0).map(([name]) => name);
    if (bothFail.length > 0) console.log(`\n${set}: the fixture itself fails ${bothFail.join(', ')}`);
    for (const { way, judged } of gateways) printDifferences(`${set}, ${way}`, direct, judged);
  }
  console.log(`\n${SKIPPED}`);
}

/** Whether a gateway has more failures than the fixture itself anywhere, or exits otherwise. */
export function isWorse(direct, judged) {
  const moreFailures = differences(direct, judged).some(({ before, after }) => !after || after.failed > before.failed);
  return moreFailures || judged.exit > direct.exit;
}

function printDifferences(title, direct, judged) {
  for (const { name, before, after } of differences(direct, judged)) {
    const counts = after ? `${after.passed} passed, ${after.failed} failed` : 'not run';
    const note = before.scored ? '' : ' (unscored)';
    console.log(`\n${title}: ${name}${note}: ${counts}; directly ${before.passed} passed, ${before.failed} failed`);
    for (const fault of after?.faults ?? []) console.log(`  ${fault.slice(0, FAULT_LENGTH)}`);
  }
}

function differences(direct, judged) {
  return [...direct.scenarios]
    .map(([name, before]) => ({ name, before, after: judged.scenarios.get(name) }))
    .filter(({ before, after }) => !after || after.failed > before.failed || after.passed < before.passed);
}

function row(set, way, { exit, scenarios }) {
  const all = [...scenarios.values()];
  const sum = (which, of = all) => of.reduce((total, scenario) => total + scenario[which], 0);
  const unscored = all.filter(({ scored }) => !scored);
  return [set, way, all.length, sum('passed'), sum('failed'), sum('failed', unscored), exit];
}
