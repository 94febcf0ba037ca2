import { Invalid } from '../../shared/errors/index.js';
import { type JsonFault, readJson } from '../json-text.js';

const MOST_CHARACTERS = 262_144;

/** The first line stays, empty, so that faults are told with the lines people see. */
const FENCE = /^\s*```[^\n`]*(\n[\s\S]*?)\n?\s*```\s*$/;

/**
 * Reads what clients call JSON: with comments, trailing commas, a byte order mark, the fence of a Markdown block, or as a bare `"name": {…}`.
 * @throws Invalid for the field `text`, with line and column.
 */
export function parseConfig(given: string): unknown {
  const text = given.replace(/^\uFEFF/, '').replace(FENCE, '$1');
  if (text.trim() === '') throw new Invalid({ text: 'Paste a configuration, for example one with "mcpServers".' });
  if (text.length > MOST_CHARACTERS) throw new Invalid({ text: 'Paste at most 256 kB at once.' });
  const isFragment = /^\s*"(?:[^"\\]|\\.)*"\s*:/.test(text);
  const { value, fault } = readJson(isFragment ? `{${text}\n}` : text, { allowTrailingComma: true });
  if (fault) throw new Invalid({ text: sentenceOf(fault, isFragment) });
  return value;
}

function sentenceOf({ problem, line, column }: JsonFault, isFragment: boolean): string {
  const place = isFragment && line === 1 ? column - 1 : column;
  return `The text is not valid JSON: ${problem} at line ${line}, column ${place}.`;
}
