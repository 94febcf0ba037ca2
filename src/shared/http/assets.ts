import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Application, Request, Response } from 'express';
import { root } from '../root.js';

/** What is served from node_modules, and nothing else of it. */
const VENDOR: Readonly<Record<string, readonly string[]>> = {
  '@tabler/core': ['dist/css/tabler.min.css'],
  'htmx.org': ['dist/htmx.min.js', 'dist/ext/hx-sse.min.js'],
};

const YEAR = 'public, max-age=31536000, immutable';
const ASK = 'no-cache';

interface Asset {
  /** Relative to the package's root. */
  readonly file: string;
  readonly url: string;
}

let assets: ReadonlyMap<string, Asset> | undefined;

/**
 * The address of a file of `public/` (`css/app.css`) or of a vendor's package (`vendor/htmx.org/dist/htmx.min.js`). It
 * changes with the content, so that browsers may keep it for a year.
 * @throws Error when there is no such file.
 */
export function assetUrl(path: string): string {
  const asset = known().get(path) ?? rescanned().get(path);
  if (!asset) throw new Error(`There is no asset ${path}.`);
  return asset.url;
}

/** Serves the assets, and no other file, below `/assets`; without `cache` browsers ask again every time. */
export function mountAssets(app: Pick<Application, 'use'>, { cache }: { cache: boolean }): void {
  app.use('/assets', (request: Request, response: Response, next: () => void) => {
    const asset = byAddress(request.path.slice(1));
    if (!asset || (request.method !== 'GET' && request.method !== 'HEAD')) {
      next();
      return;
    }
    const isCurrent = cache && request.originalUrl === asset.url;
    response.set({ 'Cache-Control': isCurrent ? YEAR : ASK, 'X-Content-Type-Options': 'nosniff' });
    response.sendFile(asset.file, { root, cacheControl: false });
  });
}

function byAddress(path: string): Asset | undefined {
  return known().get(path.startsWith('vendor/') ? path.replace(/-\d[^/]*(?=\/dist\/)/, '') : path);
}

function known(): ReadonlyMap<string, Asset> {
  assets ??= new Map([...ownAssets(), ...vendorAssets()]);
  return assets;
}

/** A file may have been added while one develops. */
function rescanned(): ReadonlyMap<string, Asset> {
  assets = undefined;
  return known();
}

function ownAssets(): [string, Asset][] {
  const files = readdirSync(join(root, 'public'), { recursive: true, withFileTypes: true, encoding: 'utf8' });
  return files
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name).slice(root.length + 1);
      const path = file.split(sep).slice(1).join('/');
      const hash = createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest('hex')
        .slice(0, 10);
      return [path, { file, url: `/assets/${path}?v=${hash}` }];
    });
}

function vendorAssets(): [string, Asset][] {
  return Object.entries(VENDOR).flatMap(([name, files]) => {
    const folder = join('node_modules', name);
    const { version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { version: string };
    return files.map((file): [string, Asset] => [
      `vendor/${name}/${file}`,
      { file: join(folder, file), url: `/assets/vendor/${name}-${version}/${file}` },
    ]);
  });
}
