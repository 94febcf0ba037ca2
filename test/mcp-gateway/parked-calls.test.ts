import { describe, expect, it } from 'vitest';
import { ParkedCalls, type Parkable } from '../../src/mcp-gateway/relay/modern/parked-calls.js';

function callOf(keyId: string): Parkable & { given: boolean } {
  const call = {
    caller: { principal: { keyId } } as Parkable['caller'],
    given: false,
    abandon: () => void (call.given = true),
  };
  return call;
}

type Parked = { readonly parked: string; readonly round: number };

describe('calls that wait for answers of their client', () => {
  it('are fetched once, and by the state of their last round only', () => {
    const places = new ParkedCalls();
    const call = callOf('a');
    const state = places.park(call, 1) as Parked;
    expect(() => places.fetch({ ...state, round: 2 })).toThrow('Call again');
    expect(places.fetch(state)).toBe(call);
    expect(() => places.fetch(state)).toThrow('Call again');
    expect(call.given).toBe(false);
  });

  it('give way to newer ones beyond 32 per key', () => {
    const places = new ParkedCalls();
    const other = callOf('b');
    places.park(other, 1);
    const calls = Array.from({ length: 33 }, () => callOf('a'));
    for (const call of calls) places.park(call, 1);
    expect(calls.map(({ given }) => given)).toEqual([true, ...Array.from({ length: 32 }, () => false)]);
    expect(other.given).toBe(false);
    expect(places.size).toBe(33);
  });

  it('are given up when their key may not go on', () => {
    const places = new ParkedCalls();
    const [one, two] = [callOf('a'), callOf('b')];
    places.park(one, 1);
    places.park(two, 1);
    places.endWhere(({ principal }) => principal.keyId === 'a');
    expect([one.given, two.given, places.size]).toEqual([true, false, 1]);
  });
});
