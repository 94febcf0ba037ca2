import { describe, expect, it } from 'vitest';
import { Backlog } from '../../../src/logs/recorder/backlog.js';
import { sessionEndEntry } from '../../../src/logs/recorder/to-entry.js';

const entry = (id: number) => sessionEndEntry({ sessionId: String(id), at: new Date(0) });
const ids = (backlog: Backlog) => [...backlog].map(({ row }) => ('sessionId' in row ? row.sessionId : null));

describe('what waits to be recorded', () => {
  it('leaves in the order in which it came', () => {
    const backlog = new Backlog({ rows: 10_000, bytes: 1e9 });
    for (let id = 0; id < 5000; id++) backlog.push(entry(id));
    const taken = [...backlog.take({ rows: 3000, bytes: 1e9 }), ...backlog.take({ rows: 3000, bytes: 1e9 })];
    expect(taken.map(({ row }) => 'sessionId' in row && Number(row.sessionId))).toEqual(
      Array.from({ length: 5000 }, (_, id) => id),
    );
    expect(backlog.length).toBe(0);
  });

  it('is bounded in rows: the oldest give way and are counted', () => {
    const backlog = new Backlog({ rows: 3, bytes: 1e9 });
    const dropped = [1, 2, 3, 4, 5].map((id) => backlog.push(entry(id)));
    expect(dropped).toEqual([0, 0, 0, 1, 1]);
    expect(ids(backlog)).toEqual(['3', '4', '5']);
  });

  it('is bounded in bytes', () => {
    const backlog = new Backlog({ rows: 1000, bytes: 2000 });
    for (let id = 0; id < 10; id++) backlog.push(entry(id));
    expect(ids(backlog)).toEqual(['7', '8', '9']);
  });

  it('leaves in batches of bounded size, at least one at a time', () => {
    const backlog = new Backlog({ rows: 1000, bytes: 1e9 });
    for (let id = 0; id < 10; id++) backlog.push(entry(id));
    expect(backlog.take({ rows: 4, bytes: 1e9 })).toHaveLength(4);
    expect(backlog.take({ rows: 4, bytes: 1 })).toHaveLength(1);
  });
});
