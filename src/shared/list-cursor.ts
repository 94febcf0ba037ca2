import { isUUID } from 'class-validator';
import { Invalid } from './errors/index.js';

interface Position {
  readonly name: string;
  readonly id: string;
}

/** The last thing of a page that is ordered by name, as text that clients hand back and need not understand. */
export const ListCursor = {
  write({ name, id }: Position): string {
    return Buffer.from(`${id}${name}`).toString('base64url');
  },

  read(cursor: string): Position {
    const text = Buffer.from(cursor, 'base64url').toString();
    const id = text.slice(0, 36);
    if (!isUUID(id) || text.includes('\0'))
      throw new Invalid({ cursor: 'Give the nextCursor of the answer before, as it was.' });
    return { id, name: text.slice(36) };
  },
};
