import type { OpenAPIObject } from '@nestjs/swagger';
import { ErrorView } from './error.view.js';
import { hoisted } from './hoist.js';
import { MEANINGS } from './meanings.js';

interface Operation {
  parameters?: { name: string; in: string; description?: string }[];
  requestBody?: object;
  security?: readonly object[];
  responses: Record<string, { description: string; content?: object }>;
}

/** The document with what all routes have in common, and with what guards know and Nest does not. */
export function completed(document: OpenAPIObject): OpenAPIObject {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations as Record<string, Operation>)) {
      operation.parameters = withPathParameters(path, operation);
      operation.responses = withErrors(path, method, operation);
    }
  }
  return hoisted(document);
}

const PARAMETERS: Readonly<Record<string, string>> = {
  project: "The project's slug or id.",
  server: "The server's id or name.",
  team: "The team's slug or id.",
  userId: "The person's id.",
  tool: "The tool's name, as the server calls it.",
};

/** Guards and our own decorators read what stands in the path, so Nest does not see all of it. */
function withPathParameters(path: string, { parameters = [] }: Operation): Operation['parameters'] {
  const names = [...path.matchAll(/{(\w+)}/g)].map(([, name]) => name as string);
  const inPath = names.map((name) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
    description: PARAMETERS[name] ?? 'Its id.',
  }));
  return [...inPath, ...parameters.filter((parameter) => parameter.in !== 'path')];
}

function withErrors(path: string, method: string, { responses, ...operation }: Operation): Operation['responses'] {
  const content = { 'application/json': { schema: ErrorView.schema } };
  const given = Object.entries(responses).map(([status, response]) =>
    Number(status) < 400 ? [status, response] : [status, { ...response, content }],
  );
  const general = errorsOf(path, method, operation).map((status) => [
    status,
    { description: MEANINGS[status], content },
  ]);
  const other = { description: 'Anything else that went wrong.', content };
  return { ...Object.fromEntries([...general, ...given]), default: other } as Operation['responses'];
}

/** The statuses of what stands before every handler: readers, guards and the check of what was sent. */
function errorsOf(path: string, method: string, operation: Omit<Operation, 'responses'>): number[] {
  const { parameters = [], requestBody, security } = operation;
  const takes = (place: string) => parameters.some((parameter) => parameter.in === place);
  const happens: Record<number, boolean> = {
    400: takes('path') || !!requestBody,
    401: !security,
    403: method !== 'get',
    404: takes('path'),
    413: !!requestBody,
    422: takes('query') || !!requestBody,
    429: !path.startsWith('/health/'),
  };
  return Object.keys(happens)
    .map(Number)
    .filter((status) => happens[status]);
}
