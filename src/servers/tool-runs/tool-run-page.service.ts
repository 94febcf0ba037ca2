import { Injectable } from '@nestjs/common';
import type { ProjectContext } from '../../projects/index.js';
import type { McpTool } from '../catalogue.entities.js';
import { CatalogueService } from '../catalogue.service.js';
import type { McpServer } from '../server.entity.js';
import { ServerChecks } from '../server-checks.service.js';
import { ServerPages } from '../server-pages.service.js';
import { ServersService } from '../servers.service.js';
import { toolView } from '../tool.view.js';
import { contentView } from './content.view.js';
import { fieldsOf } from './form-fields.js';
import { isEmptyObject } from './json-schema.js';
import { type ToolRun, schemaOf } from './tool-run.service.js';

/** A server that was added a moment ago is still being asked what it offers. */
const FIRST_ANSWER_MS = 15_000;

interface Shown {
  readonly project: ProjectContext;
  readonly server: McpServer;
  readonly tool: McpTool;
  readonly as: 'form' | 'json' | undefined;
  readonly values: object;
  readonly run?: ToolRun;
}

/** What the page of one tool shows. */
@Injectable()
export class ToolRunPage {
  constructor(
    private readonly servers: ServersService,
    private readonly catalogue: CatalogueService,
    private readonly checks: ServerChecks,
    private readonly pages: ServerPages,
  ) {}

  /** @throws NotFound */
  async find(
    project: ProjectContext,
    serverName: string,
    toolName: string,
  ): Promise<{ server: McpServer; tool: McpTool }> {
    const server = await this.servers.find(project.id, serverName);
    if (server.status === 'starting' && server.handshake === null) await this.checks.settled([server], FIRST_ANSWER_MS);
    return { server, tool: await this.catalogue.tool(server, toolName) };
  }

  async html({ project, server, tool, as, values, run }: Shown): Promise<object> {
    const schema = schemaOf(tool);
    const fields = fieldsOf(schema, values);
    const isJson = !isEmptyObject(schema) && (as === 'json' || fields.length === 0);
    return {
      ...(await this.pages.around(project, server)),
      tool: toolView(tool),
      fields,
      isJson,
      argumentsJson: JSON.stringify(values, null, 2),
      form: { values: { arguments: values }, errors: {} },
      result: run && { ...run, items: run.content.map(contentView) },
      canRun: project.can('tools.run'),
    };
  }
}
