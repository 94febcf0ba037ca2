/**
 * Whether a URI can be an expansion of an RFC 6570 template: its literal parts occur in order, whatever stands between
 * them. Linear in the URI's length, because templates come from upstreams (Security: regular expressions made of them
 * can be made to run for ever).
 */
export function matchesTemplate(template: string, uri: string): boolean {
  const literals = template.split(/\{[^{}]*\}/);
  const first = literals[0] ?? '';
  if (literals.length === 1) return uri === first;
  const last = literals.at(-1) ?? '';
  if (!uri.startsWith(first) || !uri.endsWith(last) || uri.length < first.length + last.length) return false;
  let from = first.length;
  for (const literal of literals.slice(1, -1)) {
    const found = uri.indexOf(literal, from);
    if (found === -1) return false;
    from = found + literal.length;
  }
  return from <= uri.length - last.length;
}
