import { getNodeValue, type ParseError, type ParseOptions, parseTree, printParseErrorCode } from 'jsonc-parser';

/** The first thing that is wrong with a text. */
export interface JsonFault {
  readonly problem: string;
  readonly line: number;
  readonly column: number;
}

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
  InvalidCommentToken: 'comments are not allowed here',
};

/** Reads JSON that people typed. Every name becomes an own member, `__proto__` as well. */
export function readJson(text: string, options: ParseOptions): { value: unknown; fault?: JsonFault } {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, options);
  const [first] = errors;
  if (tree && !first) return { value: getNodeValue(tree) as unknown };
  const before = text.slice(0, first?.offset ?? text.length).split('\n');
  const problem = (first && PROBLEMS[printParseErrorCode(first.error)]) ?? 'this is not valid JSON';
  return { value: undefined, fault: { problem, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 } };
}
