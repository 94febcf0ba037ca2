import { isUUID } from 'class-validator';
import { Invalid } from '../errors/index.js';
import { isTime } from './query-fields.js';

/** Where the next page begins: after the row of this time and id, in the window that the first page was opened with. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
  readonly from: Date | null;
}

function encodeCursor({ at, id, from }: Cursor): string {
  return Buffer.from([at.toISOString(), id, from?.toISOString() ?? ''].join(' ')).toString('base64url');
}

/** @throws Invalid for anything that `encodeCursor` did not make. */
export function decodeCursor(text: string): Cursor {
  const [at = '', id = '', from = ''] = Buffer.from(text, 'base64url').toString('utf8').split(' ');
  const isSound = isTime(at) && id.length > 0 && id.length <= 128 && (from === '' || isTime(from));
  if (!isSound)
    throw new Invalid({ cursor: 'This is not a cursor of ours: take nextCursor as the answer before gave it.' });
  return { at: new Date(at), id, from: from === '' ? null : new Date(from) };
}

/** @throws Invalid when the cursor is not one of a list whose ids are UUIDs. */
export function decodeUuidCursor(text: string): Cursor {
  const cursor = decodeCursor(text);
  return isUUID(cursor.id) ? cursor : decodeCursor('');
}

/** Cuts the row that was read beyond the page and tells where the next page begins. */
export function pageOf<Row extends { at: Date; id: string }>(rows: Row[], limit: number, from: Date | null = null) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = rows.length > limit && last ? encodeCursor({ at: last.at, id: last.id, from }) : null;
  return { items, nextCursor };
}
