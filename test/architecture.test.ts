import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');

/** Who may import whom; everybody may import `shared`, which knows nobody. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  shared: [],
  auth: [],
  teams: ['auth'],
  projects: ['auth', 'teams'],
  servers: ['auth', 'projects'],
  logs: ['auth', 'projects', 'servers'],
  'mcp-gateway': ['auth', 'projects', 'servers'],
  activity: ['auth', 'teams', 'projects'],
  workers: ['auth', 'servers', 'logs', 'mcp-gateway'],
  admin: ['auth', 'teams', 'projects', 'servers', 'logs', 'mcp-gateway', 'activity', 'workers'],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(src, name));

const IMPORT =
  /^(?:import|export)\s+(type\s)?[^;]*?from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)|^import\s+'(\.[^']+)'/gm;

const imports: Import[] = files.flatMap((from) =>
  [...readFileSync(from, 'utf8').matchAll(IMPORT)].map(([, type, named, dynamic, bare]) => ({
    from,
    to: resolve(dirname(from), (named ?? dynamic ?? bare ?? '').replace(/\.js$/, '.ts')),
    isTypeOnly: !!type,
  })),
);

/** The folder under src; empty for the files beside them, which put the product together. */
function moduleOf(file: string): string {
  const [folder = '', ...rest] = relative(src, file).split(sep);
  return rest.length > 0 ? folder : '';
}

const show = ({ from, to }: Import) => `${relative(src, from)} → ${relative(src, to)}`;

describe('The architecture', () => {
  it('is read from the sources', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.every(({ to }) => files.includes(to))).toBe(true);
  });

  it('has a row for every module', () => {
    const modules = new Set(files.map(moduleOf).filter(Boolean));
    expect([...modules].filter((name) => !(name in MAY_IMPORT))).toEqual([]);
  });

  it('lets modules import only what the table allows', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [importer, imported] = [moduleOf(from), moduleOf(to)];
      if (importer === imported || importer === '') return false;
      return imported !== 'shared' && !MAY_IMPORT[importer]?.includes(imported);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('lets modules import each other only through index.ts', () => {
    const wrong = imports.filter(({ from, to }) => {
      const imported = moduleOf(to);
      if (imported === '' || moduleOf(from) === imported) return false;
      const door = imported === 'shared' ? sharedDoor(to) : join(src, imported, 'index.ts');
      return to !== door;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('has no cycles between files, types aside', () => {
    const next = new Map<string, string[]>();
    for (const { from, to, isTypeOnly } of imports) {
      if (!isTypeOnly) next.set(from, [...(next.get(from) ?? []), to]);
    }
    expect(findCycle(next)?.map((file) => relative(src, file))).toBeUndefined();
  });

  it('reads the environment in shared/config only', () => {
    const readers = files.filter((file) => readFileSync(file, 'utf8').includes('process.env'));
    const elsewhere = readers.filter((file) => !file.startsWith(join(src, 'shared', 'config')));
    expect(elsewhere.map((file) => relative(src, file))).toEqual([]);
  });

  it('keeps migrations free of the code, which will change', () => {
    const migrations = readdirSync(join(root, 'migrations')).map((name) => join(root, 'migrations', name));
    const importing = migrations.filter((file) => /from '\.\.?\//.test(readFileSync(file, 'utf8')));
    expect(importing).toEqual([]);
  });
});

/** Each folder of `shared` is a module of its own kind; the files beside the folders are doors themselves. */
function sharedDoor(file: string): string {
  const [, folder = '', ...rest] = relative(src, file).split(sep);
  return rest.length > 0 ? join(src, 'shared', folder, 'index.ts') : file;
}

function findCycle(next: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const target of next.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}
