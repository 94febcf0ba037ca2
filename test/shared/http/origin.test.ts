import { describe, expect, it } from 'vitest';
import { isOwnOrigin } from '../../../src/shared/http/index.js';

const publicUrl = new URL('https://gw.example');

describe('an origin is ours', () => {
  it.each([
    ['https://gw.example', 'gw.example'],
    ['http://localhost:3000', 'localhost:3000'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['http://[::1]:3000', '[::1]:3000'],
  ])('when it is %s and %s was asked', (origin, host) => expect(isOwnOrigin(origin, host, publicUrl)).toBe(true));

  it.each([
    ['http://evil.test', 'gw.example'],
    ['null', 'localhost:3000'],
    ['http://localhost.evil.test', 'localhost:3000'],
    ['https://gw.example@evil.test', 'gw.example'],
    ['http://127.0.0.1:9999', '127.0.0.1:3000'],
    ['http://evil.test', 'evil.test'],
    ['http://gw.example', 'gw.example'],
  ])('but not when it is %s and %s was asked', (origin, host) =>
    expect(isOwnOrigin(origin, host, publicUrl)).toBe(false),
  );
});
