import { describe, expect, it } from 'vitest';
import { Budget } from '../../src/shared/budget.js';

describe('a budget', () => {
  it('refuses what would be too much for one owner or for all, and takes nothing then', () => {
    const budget = new Budget(4, 6);
    expect([budget.take('a', 3), budget.take('a', 2), budget.take('a', 1)]).toEqual([true, false, true]);
    expect([budget.take('b', 3), budget.take('b', 2), budget.take('c', 1)]).toEqual([false, true, false]);
  });

  it('has room again for what was given back', () => {
    const budget = new Budget(4, 6);
    budget.take('a', 4);
    budget.giveBack('a', 4);
    expect([budget.take('b', 4), budget.take('a', 2), budget.take('a', 1)]).toEqual([true, true, false]);
  });
});
