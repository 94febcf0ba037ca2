import {
  createScanner,
  getNodeValue,
  type ParseError,
  type ParseOptions,
  parseTree,
  printParseErrorCode,
  SyntaxKind,
} from 'jsonc-parser';

/** The parser calls itself for each level; what is deeper could not be worked with either. */
const MAX_DEPTH = 64;
const CLOSED_BY = new Map([
  [SyntaxKind.OpenBraceToken, SyntaxKind.CloseBraceToken],
  [SyntaxKind.OpenBracketToken, SyntaxKind.CloseBracketToken],
]);
const CLOSING = new Set(CLOSED_BY.values());

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
  const nesting = nestingFault(text);
  if (nesting) return { value: undefined, fault: nesting };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, options);
  const [first] = errors;
  if (tree && !first) return { value: getNodeValue(tree) as unknown };
  const problem = (first && PROBLEMS[printParseErrorCode(first.error)]) ?? 'this is not valid JSON';
  return { value: undefined, fault: faultAt(text, first?.offset ?? text.length, problem) };
}

function faultAt(text: string, offset: number, problem: string): JsonFault {
  const before = text.slice(0, offset).split('\n');
  return { problem, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** What must not reach the parser, which also goes down into texts whose brackets do not fit together. */
function nestingFault(text: string): JsonFault | undefined {
  const scanner = createScanner(text, true);
  const open: SyntaxKind[] = [];
  for (let kind = scanner.scan(); kind !== SyntaxKind.EOF; kind = scanner.scan()) {
    const closing = CLOSED_BY.get(kind);
    if (closing !== undefined) open.push(closing);
    const isStray = CLOSING.has(kind) && open.pop() !== kind;
    if (isStray) return faultAt(text, scanner.getTokenOffset(), 'this bracket closes none that is open');
    if (open.length > MAX_DEPTH)
      return faultAt(text, scanner.getTokenOffset(), `it nests deeper than ${MAX_DEPTH} levels`);
  }
  return undefined;
}
