import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

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
  const document = () => SwaggerModule.createDocument(app, info);
  SwaggerModule.setup('api/docs', app, document, {
    jsonDocumentUrl: 'api/docs-json',
    customSiteTitle: 'MCP Orchestrator API',
  });
}
