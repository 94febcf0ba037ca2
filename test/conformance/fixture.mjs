// node fixture.mjs http|sse|stdio [--era legacy|modern|both] [--label word]: the MCP server that the conformance suite asks for.
// Over HTTP it listens on PORT of loopback, at /mcp or /sse. With a label it has a resource that no other of its kind has.
import { parseArgs } from 'node:util';
import { HttpFixture } from './fixture/http.mjs';
import { SseFixture } from './fixture/sse.mjs';
import { StdioFixture } from './fixture/stdio.mjs';
import { World } from './fixture/world.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { era: { type: 'string', default: 'both' }, label: { type: 'string' } },
});
const transport = positionals[0] ?? 'http';
const world = new World(values.label);
const fixtures = {
  http: () => new HttpFixture(world, values.era),
  sse: () => new SseFixture(world),
  stdio: () => new StdioFixture(world, values.era),
};

if (!fixtures[transport] || !['legacy', 'modern', 'both'].includes(values.era)) {
  console.error('Usage: node fixture.mjs http|sse|stdio [--era legacy|modern|both]');
  process.exit(2);
}
fixtures[transport]().listen(Number(process.env.PORT ?? 9300));
process.on('SIGTERM', () => process.exit(0));
