import express from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { assetUrl, mountAssets } from '../../../src/shared/http/assets.js';

function server(cache = true): express.Application {
  const app = express();
  mountAssets(app, { cache });
  return app;
}

describe('assets', () => {
  it.each([
    'css/tokens.css',
    'js/theme.js',
    'icons.svg',
    'vendor/htmx.org/dist/htmx.min.js',
    'vendor/@tabler/core/dist/css/tabler.min.css',
  ])('%s is kept for a year under an address that changes with it', async (path) => {
    const answer = await request(server()).get(assetUrl(path)).expect(200);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each(['/assets/css/tokens.css', '/assets/css/tokens.css?v=0000000000'])(
    '%s must be asked for again',
    async (url) => {
      const answer = await request(server()).get(url).expect(200);
      expect(answer.headers['cache-control']).toBe('no-cache');
    },
  );

  it('are always asked for again while one develops', async () => {
    const answer = await request(server(false)).get(assetUrl('css/tokens.css')).expect(200);
    expect(answer.headers['cache-control']).toBe('no-cache');
  });

  it.each([
    '/assets/../package.json',
    '/assets/%2e%2e/package.json',
    '/assets/css/..%2f..%2fpackage.json',
    '/assets/vendor/htmx.org-4.0.1/package.json',
    '/assets/vendor/express/package.json',
    '/assets/vendor/@tabler/core-1.6.1/dist/js/tabler.min.js',
    '/assets/css',
    '/assets/',
    '/assets/%00',
  ])('nothing else is served: %s', async (url) => {
    await request(server()).get(url).expect(404);
  });

  it('refuse to name a file that is not there', () => {
    expect(() => assetUrl('css/nothing.css')).toThrow('There is no asset css/nothing.css.');
  });
});
