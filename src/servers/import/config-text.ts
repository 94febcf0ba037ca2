import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { Invalid } from '../../shared/errors/index.js';

const MOST_CHARACTERS = 262_144;

const PROBLEMS: Record<string, string> = {
  CommaExpected: 'a comma is missing',
  ColonExpected: 'a colon is missing',
  ValueExpected: 'a value is missing',
  PropertyNameExpected: 'a name in double quotes is missing',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  UnexpectedEndOfString: 'a text does not end',
  UnexpectedEndOfComment: 'a comment does not end',
  EndOfFileExpected: 'something follows the end',
  InvalidEscapeCharacter: 'an escape after a backslash is not valid',
};

/**
 * Reads what clients call JSON: with comments, trailing commas, a byte order mark, or as a bare `"name": {…}`.
 * @throws Invalid for the field `text`, with line and column.
 */
export function parseConfig(given: string): unknown {
  const text = given.replace(/^\uFEFF/, '');
  if (text.trim() === '') throw new Invalid({ text: 'Paste a configuration, for example one with "mcpServers".' });
  if (text.length > MOST_CHARACTERS) throw new Invalid({ text: 'Paste at most 256 kB at once.' });
  const isFragment = /^\s*"(?:[^"\\]|\\.)*"\s*:/.test(text);
  const opening = isFragment ? '{' : '';
  const errors: ParseError[] = [];
  const value: unknown = parse(isFragment ? `{${text}\n}` : text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) throw new Invalid({ text: fault(text, first.offset - opening.length, printParseErrorCode(first.error)) });
  return value;
}

function fault(text: string, offset: number, code: string): string {
  const before = text.slice(0, Math.max(0, offset)).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  const problem = PROBLEMS[code] ?? 'this is not valid JSON';
  return `The text is not valid JSON: ${problem} at line ${before.length}, column ${column}.`;
}
