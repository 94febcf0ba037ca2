// What travels: JSON values of an exact size that gateways have broken before.
import { createHash } from 'node:crypto';

/** Announces the value in a message; from behind it on, the value's bytes are counted and hashed. */
export const MARK = '"payload":';

const WORDS = [
  'plain words, ',
  'gr\u00fc\u00dfe ',
  '\u65e5\u672c\u8a9e ',
  '\u{1f600} ',
  '\\"quoted\\" ',
  '\\u00e9\\n ',
  '} ] { [ , ',
];

/** `string`: one string. `rows`: as many small values as fit, the worst case of whoever parses. */
export function payload(shape, bytes) {
  return shape === 'rows' ? rows(bytes) : string(bytes);
}

export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function string(bytes) {
  const unit = Buffer.from(WORDS.join(''));
  const value = Buffer.alloc(bytes, unit);
  value[0] = value[bytes - 1] = 0x22;
  // The first character was overwritten, and the last one may have been cut: neither must be half of something.
  value.fill(0x78, bytes - 1 - ((bytes - 1) % unit.length), bytes - 1);
  return value;
}

function rows(bytes) {
  const unit = Buffer.from('{"id":1234567,"name":"row","tags":[true,null,1.5e3]},');
  const value = Buffer.alloc(bytes, 0x20);
  const count = Math.floor((bytes - 3) / unit.length);
  value.fill(unit, 1, 1 + count * unit.length);
  value[0] = 0x5b;
  value[count * unit.length] = 0x5d;
  return value;
}

/** Hashes the value behind `MARK` in a message that arrives in parts, and tells how many bytes preceded and followed it. */
export class PayloadReader {
  #hash = createHash('sha256');
  #head = Buffer.alloc(0);
  #left;
  total = 0;

  constructor(bytes) {
    this.#left = bytes;
    this.found = false;
  }

  add(part) {
    this.total += part.length;
    if (this.found) return this.#count(part);
    this.#head = Buffer.concat([this.#head, part]);
    const at = this.#head.indexOf(MARK);
    if (at === -1) return;
    this.found = true;
    this.#count(this.#head.subarray(at + MARK.length));
  }

  digest() {
    if (this.#left > 0) throw new Error(`${this.#left} bytes are missing: ${this.#head.subarray(0, 500)}`);
    return this.#hash.digest('hex');
  }

  #count(part) {
    const mine = part.subarray(0, this.#left);
    this.#left -= mine.length;
    if (mine.length > 0) this.#hash.update(mine);
  }
}
