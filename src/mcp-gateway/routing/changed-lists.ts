import type { Endpoint, Lists } from './endpoint.js';

export type ListName = 'tools' | 'prompts' | 'resources';

/** Which lists of an endpoint look different to its clients now. */
export function changedLists(before: Endpoint, after: Endpoint): ListName[] {
  const [old, now] = [contents(before), contents(after)];
  const changed = (['tools', 'prompts', 'resources'] as const).filter((name) => old[name] !== now[name]);
  return old.templates !== now.templates && !changed.includes('resources') ? [...changed, 'resources'] : changed;
}

function contents(endpoint: Endpoint): Lists {
  if (endpoint.kind === 'unified') return endpoint.lists;
  const { tools, prompts, resources, templates } = endpoint.server;
  return {
    tools: joined(tools.filter((tool) => tool.enabled)),
    prompts: joined(prompts),
    resources: joined(resources),
    templates: joined(templates),
  };
}

function joined(entries: readonly { readonly definition: string }[]): string {
  return entries.map((entry) => entry.definition).join('\n');
}
