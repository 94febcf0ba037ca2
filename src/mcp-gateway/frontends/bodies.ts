import { Budget } from '../../shared/budget.js';
import { ByteParts } from '../../shared/byte-parts.js';
import { NoRoomError } from '../../shared/large-room.js';
import { Turns } from '../../shared/turns.js';
import { refusals, refuse } from './refuse.js';
import type { Visit } from './visit.js';

/** Shorter bodies are not counted: they are what every call has. */
const SMALL = 65_536;
/** So many of the longest may be held at once. */
const MOST_OF_ONE_KEY = 4;
const MOST = 10;

/**
 * Reads the bodies of requests. Long ones are counted until the response is over, because the message lives until then:
 * who holds a key must not fill the memory that all projects share (Security S22).
 */
export class Bodies {
  private readonly budget: Budget;

  constructor(private readonly limit: number) {
    this.budget = new Budget(MOST_OF_ONE_KEY * limit, MOST * limit);
  }

  /**
   * The whole body; refused as soon as it is known to be too much. Nothing is called when the client goes away before its
   * end.
   */
  read({ req, res, caller }: Visit, done: (body: Buffer) => void): void {
    const length = req.headers['content-length'];
    const expected = length === undefined ? undefined : Number(length);
    if (expected !== undefined && expected > this.limit) return refuse(res, refusals.tooLarge(this.limit));
    let parts: ByteParts | undefined = new ByteParts();
    let counted = 0;
    let turns: Turns | undefined;
    const giveBack = () => {
      this.budget.giveBack(caller.principal.keyId, counted);
      counted = 0;
      parts?.discard();
    };
    const count = (length: number) => {
      if (length <= SMALL) return true;
      if (counted === 0) res.once('close', giveBack);
      if (!this.budget.take(caller.principal.keyId, length - counted)) return false;
      counted = length;
      return true;
    };
    req.on('data', (part: Buffer) => {
      if (!parts) return;
      const hasRoom = added(parts, part, expected);
      const isTooLarge = parts.length > this.limit;
      if (hasRoom && !isTooLarge && count(parts.length)) {
        if (counted > 0) (turns ??= new Turns(req)).count(part);
        return;
      }
      giveBack();
      parts = undefined;
      refuse(res, isTooLarge ? refusals.tooLarge(this.limit) : refusals.tooMuchAtOnce);
    });
    req.on('end', () => {
      const whole = parts?.take();
      parts = undefined;
      if (whole) done(whole);
    });
  }
}

/** False when the process holds too many long messages already. */
function added(parts: ByteParts, part: Buffer, expected: number | undefined): boolean {
  try {
    parts.add(part, expected);
    return true;
  } catch (error) {
    if (error instanceof NoRoomError) return false;
    throw error;
  }
}
