import { mirroredArguments, type MirroredArgument } from '../../servers/index.js';
import type { ServerRecord } from './sources.js';

type Tool = ServerRecord['tools'][number];

const NONE: readonly MirroredArgument[] = [];
const known = new WeakMap<Tool, readonly MirroredArgument[]>();

/** The arguments of a tool that requests over HTTP repeat in headers; nearly always none. */
export function mirroredIn(tool: Tool | undefined): readonly MirroredArgument[] {
  if (!tool?.definition.includes('x-mcp-header')) return NONE;
  let mirrored = known.get(tool);
  if (!mirrored) known.set(tool, (mirrored = mirroredArguments(tool.definition) ?? NONE));
  return mirrored;
}
