import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CELLS } from './axes.js';
import { expected, FEATURES, INHERENT } from './expectations.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const README = read('../../../src/mcp-gateway/README.md').replace(/\s+/g, ' ');

describe('the matrix of clients, upstreams and features', () => {
  it.each(FEATURES)('says of every cell of %s what must be seen there', (feature) => {
    for (const cell of CELLS) expect(() => expected(feature, cell)).not.toThrow();
  });

  it.each(Object.values(INHERENT))('gives the reason in the README of the gateway: %s', (reason) => {
    expect(README.includes(reason)).toBe(true);
  });

  it.each(FEATURES)('is walked in a test of %s', (feature) => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.test.ts'));
    expect(
      files.some((name) =>
        read(name)
          .replace(/\s+/g, '')
          .includes(`eachCell('${feature.replaceAll(' ', '')}'`),
      ),
    ).toBe(true);
  });
});
