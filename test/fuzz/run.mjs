// npm run fuzz -- [--cases 100000] [--seed 7]: frames that break the rules, from clients and from upstreams; what a seed has
// found, it finds again.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string' } } });
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
const env = { ...process.env, FUZZ_CASES: values.cases, FUZZ_SEED: seed };
spawn('npx', ['vitest', 'run', 'test/fuzz'], { env, stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 1));
