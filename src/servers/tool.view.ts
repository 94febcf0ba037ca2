import { anyObject, flag, integer, named, nullable, number, type Of, oneOf, text } from '../shared/api/index.js';
import { type McpPrompt, type McpResource, type McpTool, TOOL_STATES } from './catalogue.entities.js';
import type { ToolFact } from './tool-facts.js';

interface ToolDefinition {
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema?: object;
  readonly outputSchema?: object;
  readonly annotations?: {
    readonly title?: string;
    readonly readOnlyHint?: boolean;
    readonly destructiveHint?: boolean;
  };
}

/** A tool as JSON clients and templates may see it. */
export const ToolView = named('Tool', {
  name: text(),
  title: nullable(text()),
  description: nullable(text()),
  inputSchema: nullable(anyObject('JSON Schema of its arguments.')),
  outputSchema: nullable(anyObject('JSON Schema of its structured content.')),
  annotations: nullable(anyObject('Hints, as the server says.')),
  enabled: flag('One that is off is neither listed nor callable.'),
  state: oneOf(TOOL_STATES),
  calls24h: integer(),
  avgMs: nullable(number()),
  hash: text('SHA-256 of the definition, in hex.'),
});
export type ToolView = Of<typeof ToolView>;

export const PromptView = anyObject('A prompt of MCP, as the server described it.');
export const ResourceView = anyObject(
  'A resource or resource template of MCP, as the server described it, and its `kind`.',
);

export function toolView(tool: McpTool, fact: ToolFact = { calls24h: 0, avgMs: null }): ToolView {
  const definition = JSON.parse(tool.definition) as ToolDefinition;
  return {
    name: tool.name,
    title: definition.title ?? definition.annotations?.title ?? null,
    description: definition.description ?? null,
    inputSchema: definition.inputSchema ?? null,
    outputSchema: definition.outputSchema ?? null,
    annotations: definition.annotations ?? null,
    enabled: tool.enabled,
    state: tool.state,
    ...fact,
    hash: tool.hash,
  };
}

/** The definition as the server gave it, parsed. */
export function promptView({ definition }: McpPrompt): object {
  return JSON.parse(definition) as object;
}

/** The definition as the server gave it, parsed, and whether it is a template. */
export function resourceView({ definition, kind }: McpResource): object {
  return { ...(JSON.parse(definition) as object), kind };
}

export function matches({ name, title, description }: ToolView, query = ''): boolean {
  const wanted = query.trim().toLowerCase();
  return [name, title, description].some((text) => text?.toLowerCase().includes(wanted));
}
