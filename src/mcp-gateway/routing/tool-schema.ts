import { membersOf, splice, textOf } from '../../shared/jsonrpc/index.js';

/**
 * The definition of a tool with an input schema of type object, as `server/tools.mdx` demands and clients insist on:
 * a schema that says no type gets it; `undefined` when there is none, or it says another.
 */
export function withObjectSchema(definition: string): string | undefined {
  const bytes = Buffer.from(definition);
  try {
    const schema = membersOf(bytes).get('inputSchema');
    if (!schema) return undefined;
    const type = membersOf(bytes, schema).get('type');
    if (type) return textOf(bytes, type) === '"object"' ? definition : undefined;
    const rest = textOf(bytes, schema).slice(1).trimStart();
    const text = `{"type":"object"${rest.startsWith('}') ? '' : ','}${rest}`;
    return splice(bytes, [{ ...schema, text }]).toString();
  } catch {
    return undefined;
  }
}
