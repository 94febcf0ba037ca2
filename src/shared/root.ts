import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json, views and public, seen from the sources as from the build. */
export const root = findRoot(import.meta.dirname);

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('package.json is missing: run the product from its own folder.');
  return findRoot(parent);
}
