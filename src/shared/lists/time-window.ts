import { Invalid } from '../errors/index.js';

const UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `to` is null while the window ends now, so that it takes in what arrives meanwhile. */
export interface TimeWindow {
  readonly from: Date;
  readonly to: Date | null;
}

interface Given {
  readonly from?: string;
  readonly to?: string;
  readonly range?: string;
}

/** The time that was asked for: `from` and `to` before `range` before `fallback`. @throws Invalid naming the field. */
export function windowOf({ from, to, range }: Given, fallback: string, now = new Date()): TimeWindow {
  const end = to === undefined ? null : instant(to);
  const length = milliseconds(range ?? fallback);
  const start = from === undefined ? new Date((end ?? now).getTime() - length) : instant(from);
  if (end && start > end) throw new Invalid({ to: 'Choose an end of the time range that is after its start.' });
  return { from: start, to: end };
}

/** How many minutes the window covers, up to now. */
export function minutesOf({ from, to }: TimeWindow, now = new Date()): number {
  return ((to ?? now).getTime() - from.getTime()) / 60_000;
}

/** A time without its zone, as a form sends it, is UTC. */
function instant(text: string): Date {
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T');
  return new Date(hasZone ? text : `${text}Z`);
}

function milliseconds(range: string): number {
  return Number(range.slice(0, -1)) * (UNIT_MS[range.slice(-1)] ?? 0);
}
