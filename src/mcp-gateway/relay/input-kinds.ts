import { membersOf, textOf, type Span } from '../../shared/jsonrpc/index.js';

/** What servers may ask clients for, and the capability that a client must have declared for it. */
export function neededCapability(method: string, bytes: Buffer, params: Span | undefined): object | undefined {
  if (method === 'roots/list') return { roots: {} };
  if (method === 'sampling/createMessage') return { sampling: {} };
  if (method !== 'elicitation/create') return undefined;
  const mode = params && membersOf(bytes, params).get('mode');
  return { elicitation: { [mode && textOf(bytes, mode) === '"url"' ? 'url' : 'form']: {} } };
}

/** Whether a client with these capabilities may be asked; elicitation without modes is that by form. */
export function declares(capabilities: Readonly<Record<string, unknown>>, needed: object): boolean {
  return Object.entries(needed).every(([name, modes]) => {
    const declared = capabilities[name];
    if (typeof declared !== 'object' || declared === null) return false;
    const isByForm = name === 'elicitation' && Object.keys(declared).length === 0;
    return Object.keys(modes as object).every((mode) => mode in declared || (isByForm && mode === 'form'));
  });
}
