import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

type Class = new () => object;

/** The checkout, or `dist/` once built: both hold `src/` and `migrations/`. */
const root = fileURLToPath(new URL('../../../', import.meta.url));

const isCode = (name: string) => /\.(?:ts|js)$/.test(name) && !name.endsWith('.d.ts');

/**
 * TypeORM's own globs hide `import()` from the test runner's TypeScript transform; this one does not, and it runs the
 * same from `src/` and from `dist/`.
 */
async function loadClasses(folder: string, matches: (name: string) => boolean): Promise<Class[]> {
  const names = (await readdir(join(root, folder), { recursive: true })).filter(matches).sort();
  const modules = await Promise.all(names.map((name) => importFile(join(root, folder, name))));
  return modules
    .flatMap((module) => Object.values(module))
    .filter((value): value is Class => typeof value === 'function');
}

async function importFile(path: string): Promise<Record<string, unknown>> {
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Record<string, unknown>;
}

/** Every class exported by a `*.entity` or `*.entities` file under `src/`. */
export function entityClasses(): Promise<Class[]> {
  return loadClasses('src', (name) => isCode(name) && /\.entit(?:y|ies)\.[tj]s$/.test(name));
}

/** Every migration; TypeORM orders them by the timestamp in their names. */
export function migrationClasses(): Promise<Class[]> {
  return loadClasses('migrations', (name) => isCode(name));
}
