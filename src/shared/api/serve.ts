import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { completed } from './complete.js';

const DESCRIPTION = `
The pages of the product as JSON. Without \`/api\` the same paths answer HTML, an htmx fragment or JSON, by what
\`Accept\` and \`HX-Request\` ask for; there forms and \`?_method=\` do what JSON bodies and other methods do here.

Times are ISO 8601 in UTC, durations milliseconds, sizes bytes. Fields may be added to answers, so ignore what you do not
know. MCP clients use other addresses, with an API key: \`GET /projects/{project}/connect\` names them.`;

/** The JSON API's page at /api/docs and document at /api/docs-json. */
export function serveOpenApi(app: INestApplication, about: { version: string; cookie: string }): void {
  const info = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('MCP Orchestrator')
    .setDescription(DESCRIPTION.trim())
    .setVersion(about.version)
    .addServer('/api')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The token of POST /auth/login.' })
    .addCookieAuth(about.cookie, { type: 'apiKey', in: 'cookie', description: 'What POST /auth/login sets.' })
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('cookie')
    .build();
  const document = () => completed(SwaggerModule.createDocument(app, info));
  SwaggerModule.setup('api/docs', app, document, {
    jsonDocumentUrl: 'api/docs-json',
    customSiteTitle: 'MCP Orchestrator API',
  });
}
