import { describe, expect, it } from 'vitest';
import { type Scope, scopeOf } from '../../src/mcp-gateway/routing/scope.js';
import { compileProject } from '../../src/mcp-gateway/routing/compile.js';
import { exposedName, ExposedNames } from '../../src/mcp-gateway/routing/exposed-name.js';
import { Rebuilds } from '../../src/mcp-gateway/routing/rebuilds.js';
import type { ServerRecord } from '../../src/mcp-gateway/routing/sources.js';
import { matchesTemplate } from '../../src/mcp-gateway/routing/uri-template.js';
import { targetOf } from '../support/upstreams.js';

function server(name: string, more: Partial<ServerRecord> = {}): ServerRecord {
  const handshake = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name, version: '1' } };
  const lists = { tools: [], prompts: [], resources: [], templates: [] };
  const own = { id: `id-of-${name}`, projectId: 'p', name, enabled: true, timeoutMs: 1000, revision: '1', handshake };
  const limits = { pool: 'shared', maxConcurrency: null } as const;
  return { ...own, ...limits, ...lists, target: () => targetOf({ name }), ...more };
}

const tool = (name: string, enabled = true) => ({
  name,
  enabled,
  definition: `{ "x-odd": 1e2, "name": ${JSON.stringify(name)}, "inputSchema": {"type":"object"} }`,
});
const project = { id: 'p', slug: 'demo', unifiedEnabled: true, authRequired: true, allowedIpRanges: [] };

describe('names on the unified endpoint', () => {
  it('are the server and the tool when every client can say that', () => {
    expect(exposedName('github', 'create_issue')).toBe('github__create_issue');
  });

  it('are valid and different whatever the tools are called', () => {
    const names = new ExposedNames();
    const odd = ['a.b', 'a/b', 'a b', 'a_b', 'ä_b', '', '💥', 'x'.repeat(200), `${'x'.repeat(199)}y`, '__', 'a__b'];
    const exposed = odd.map((name) => names.give('server', name));
    expect(new Set(exposed).size).toBe(odd.length);
    for (const name of exposed) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  it('stay apart when one is made to look like the hash of another', () => {
    const names = new ExposedNames();
    const hashed = names.give('s', 'a.b');
    const second = names.give('s', hashed.slice('s__'.length));
    expect(second).not.toBe(hashed);
    expect(second).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  it('keep the name of a long server readable', () => {
    const name = exposedName('s'.repeat(48), 'some-tool-with-a-long-name');
    expect(name).toHaveLength(64);
    expect(name.startsWith(`${'s'.repeat(48)}__`)).toBe(true);
  });
});

describe('a compiled project', () => {
  it('lists servers by name and tools in the order of the upstream, with their definitions untouched', () => {
    const { unified } = compileProject(project, [
      server('b', { tools: [tool('z'), tool('a')] }),
      server('a', { tools: [tool('q')] }),
    ]);
    expect([...unified.tools.keys()]).toEqual(['a__q', 'b__z', 'b__a']);
    expect(unified.lists.tools).toContain('{ "x-odd": 1e2, "name": "b__z", "inputSchema": {"type":"object"} }');
  });

  it('knows neither the tools of servers that are switched off nor tools that are', () => {
    const { unified, servers } = compileProject(project, [
      server('off', { enabled: false, tools: [tool('t')] }),
      server('on', { tools: [tool('t', false), tool('u')] }),
    ]);
    expect([...unified.tools.keys()]).toEqual(['on__u']);
    expect(servers.get('off')?.enabled).toBe(false);
    expect(['t', 'u', 'new'].map((name) => servers.get('on')?.hides?.(name))).toEqual([true, false, false]);
  });

  it('shows a narrower key its servers, and of them the tools that change nothing', () => {
    const reading = {
      ...tool('r'),
      definition: '{"name":"r","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}',
    };
    const [one, other] = [server('one', { tools: [reading, tool('w')] }), server('other', { tools: [reading] })];
    const whole = compileProject(project, [one, other]);
    const seen = (scopes: string[]) => [...whole.within(scopeOf(scopes) as Scope).unified.tools.keys()];
    expect(scopeOf(['project'])).toBeUndefined();
    expect(seen([`server:${one.id}`])).toEqual(['one__r', 'one__w']);
    expect(seen(['tools:read'])).toEqual(['one__r', 'other__r']);
    expect(seen([`server:${one.id}`, 'tools:read'])).toEqual(['one__r']);
    const narrow = whole.within(scopeOf([`server:${one.id}`, 'tools:read']) as Scope);
    expect(narrow.servers.get('other')).toBeUndefined();
    expect(['r', 'w', 'unheard'].map((name) => narrow.servers.get('one')?.hides?.(name))).toEqual([false, true, true]);
  });

  it('leads an id to its own server, whatever another one is called', () => {
    const [first, second] = [server('a', { id: 'b' }), server('b', { id: 'a' })];
    const { servers } = compileProject(project, [first, second]);
    expect([servers.get('a')?.server, servers.get('b')?.server]).toEqual([second, first]);
  });

  it('mends or leaves out tools for which clients would refuse the whole list', () => {
    const schemas = { none: undefined, untyped: { required: [] }, empty: {}, odd: { type: 'array' }, text: 'x' };
    const tools = Object.entries(schemas).map(([name, inputSchema]) => {
      return { name, enabled: true, definition: JSON.stringify({ name, inputSchema }) };
    });
    const { unified } = compileProject(project, [server('s', { tools })]);
    expect(JSON.parse(unified.lists.tools)).toEqual({
      tools: [
        { name: 's__untyped', inputSchema: { type: 'object', required: [] } },
        { name: 's__empty', inputSchema: { type: 'object' } },
      ],
    });
  });

  it('leaves out a definition that cannot be read and keeps the others', () => {
    const broken = { name: 'x', enabled: true, definition: '{"name":"x","name":"y"}' };
    const { unified } = compileProject(project, [server('s', { tools: [broken, tool('fine')] })]);
    expect([...unified.tools.keys()]).toEqual(['s__fine']);
  });

  it('keeps a URI that one server has and puts the name before one that several have', () => {
    const resource = (uri: string) => ({ uri, definition: JSON.stringify({ uri, name: 'x' }) });
    const [a, b] = ['a', 'b'].map((name) =>
      server(name, {
        resources: [resource('demo://both'), resource(`demo://${name}`)],
        templates: [resource('t://{id}')],
      }),
    );
    const { unified } = compileProject(project, [a as ServerRecord, b as ServerRecord]);
    const { resources: listed } = JSON.parse(unified.lists.resources) as { resources: { uri: string }[] };
    expect(listed.map(({ uri }) => uri)).toEqual([
      'mcpo://a/demo://both',
      'demo://a',
      'mcpo://b/demo://both',
      'demo://b',
    ]);
    const origin = (uri: string) => {
      const found = unified.resources.resolve(uri);
      return found && [found.server.name, found.uri];
    };
    expect(origin('mcpo://b/demo://both')).toEqual(['b', 'demo://both']);
    expect(origin('demo://b')).toEqual(['b', 'demo://b']);
    expect(origin('mcpo://b/t://7')).toEqual(['b', 't://7']);
    expect(origin('t://7')).toEqual(['a', 't://7']);
    expect(origin('mcpo://nobody/x')).toBeUndefined();
    expect(origin('other://x')).toBeUndefined();
    expect(unified.resources.expose(b as ServerRecord, 't://9')).toBe('mcpo://b/t://9');
  });
});

describe('URI templates', () => {
  it('match by their literal parts', () => {
    expect(matchesTemplate('a://{x}/b/{y}', 'a://1/b/2')).toBe(true);
    expect(matchesTemplate('a://{x}/b/{y}', 'a://1/c/2')).toBe(false);
    expect(matchesTemplate('a://{x}.txt', 'a://1.txt')).toBe(true);
    expect(matchesTemplate('a://{x}.txt', 'a://1.md')).toBe(false);
    expect(matchesTemplate('a://fixed', 'a://fixed')).toBe(true);
    expect(matchesTemplate('aa{x}aa', 'aaa')).toBe(false);
  });

  it('cannot be made to run for ever', () => {
    const began = Date.now();
    matchesTemplate('{a}x'.repeat(2000), 'x'.repeat(100_000));
    expect(Date.now() - began).toBeLessThan(200);
  });
});

describe('rebuilds', () => {
  it('are shared by those who ask before they begin and repeated for those who ask later', async () => {
    let runs = 0;
    const rebuilds = new Rebuilds(async () => {
      runs++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    });
    const first = rebuilds.ask('p');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all([first, rebuilds.ask('p'), rebuilds.ask('p'), rebuilds.ask('p')]);
    expect(runs).toBe(2);
  });

  it('go on after one has failed', async () => {
    let fails = true;
    const rebuilds = new Rebuilds(() => (fails ? Promise.reject(new Error('no database')) : Promise.resolve()));
    await expect(rebuilds.ask(null)).rejects.toThrow('no database');
    fails = false;
    await expect(rebuilds.ask(null)).resolves.toBeUndefined();
  });
});
