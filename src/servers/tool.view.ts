import type { McpPrompt, McpResource, McpTool } from './catalogue.entities.js';
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
export interface ToolView {
  readonly name: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly inputSchema: object | null;
  readonly outputSchema: object | null;
  readonly annotations: ToolDefinition['annotations'] | null;
  readonly enabled: boolean;
  readonly state: string;
  readonly calls24h: number;
  readonly avgMs: number | null;
  readonly hash: string;
}

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
