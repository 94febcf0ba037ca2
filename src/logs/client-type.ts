const KNOWN: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/cline/i, 'cline'],
  [/cursor/i, 'cursor'],
  [/visual studio code|vscode/i, 'vscode'],
  [/claude[- ]?code/i, 'claude-code'],
  [/claude/i, 'claude'],
  [/codex/i, 'codex'],
  [/windsurf/i, 'windsurf'],
  [/gemini/i, 'gemini'],
  [/inspector/i, 'inspector'],
];

/** Which product a client is, by the name it gave; `other` when we do not know it. */
export function clientType(name: string | null): string {
  return KNOWN.find(([pattern]) => pattern.test(name ?? ''))?.[1] ?? 'other';
}
