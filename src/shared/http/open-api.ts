import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The JSON API's page at /api/docs and document at /api/docs-json. */
export function serveOpenApi(app: INestApplication, version: string): void {
  const info = new DocumentBuilder()
    .setTitle('MCP Orchestrator')
    .setDescription('The pages of the product as JSON. Every path also answers HTML without the /api prefix.')
    .setVersion(version)
    .addServer('/api')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The token of POST /api/auth/login.' })
    .addSecurityRequirements('bearer')
    .build();
  const document = () => withPathParameters(SwaggerModule.createDocument(app, info));
  SwaggerModule.setup('api/docs', app, document, {
    jsonDocumentUrl: 'api/docs-json',
    customSiteTitle: 'MCP Orchestrator API',
  });
}

const MEANINGS: Record<string, string> = {
  project: "The project's slug or id.",
  server: "The server's id or name.",
};

type Operations = Record<string, { parameters?: { name?: string; in?: string }[] }>;

/** Guards and our own decorators read what stands in the path, so Nest does not see those parameters. */
function withPathParameters(document: OpenAPIObject): OpenAPIObject {
  for (const [path, operations] of Object.entries(document.paths)) {
    const names = [...path.matchAll(/{(\w+)}/g)].map(([, name]) => name as string);
    for (const operation of Object.values(operations as Operations)) {
      const known = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      const missing = names.filter((name) => !known.some((parameter) => parameter.name === name));
      operation.parameters = [...missing.map(pathParameter), ...(operation.parameters ?? [])];
    }
  }
  return document;
}

function pathParameter(name: string) {
  return { name, in: 'path', required: true, schema: { type: 'string' }, description: MEANINGS[name] };
}
