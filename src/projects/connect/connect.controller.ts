import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { anyObject, Answers, either, list, named, object, text } from '../../shared/api/index.js';
import { type Answer, page } from '../../shared/html/index.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { ProjectContext } from '../project-context.js';
import { InProject } from '../project.decorators.js';
import { ClientConfig, clientConfig } from './client-config.js';
import { CLIENT_KINDS } from './client-kinds.js';
import { ClientConfigQuery, ConnectPageQuery } from './connect.form.js';
import { Endpoint, Endpoints } from './endpoints.service.js';

const CLIENTS = CLIENT_KINDS.map(({ id, label }) => ({ id, label }));

const Connect = named('Connect', {
  endpoints: list(Endpoint),
  clients: list(object({ id: text(), label: text() })),
  config: ClientConfig,
});
const File = anyObject('With `download`: what is to stand in the file of the client.');

@ApiTags('connect')
@Controller('projects/:project')
export class ConnectController {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly keys: ApiKeysService,
  ) {}

  @ApiOperation({
    summary: 'Endpoints, clients, and one client’s configuration; as a fragment: has the key been used?',
  })
  @Answers(Connect)
  @Get('connect')
  async connect(@InProject() project: ProjectContext, @Query() query: ConnectPageQuery): Promise<Answer> {
    const endpoints = await this.endpoints.list(project);
    const chosen = await this.endpoints.find(project, query.endpoint);
    const config = clientConfig(query.client ?? 'cline', chosen);
    return page(
      'projects/connect',
      { endpoints, clients: CLIENTS, config },
      await this.around(project, chosen, query),
      {
        partial: 'projects/_first-request',
      },
    );
  }

  @ApiOperation({ summary: 'The configuration of one client for one endpoint' })
  @Answers(either(ClientConfig, File))
  @Get('client-config')
  async config(
    @InProject() project: ProjectContext,
    @Query() { client, endpoint, download }: ClientConfigQuery,
  ): Promise<Answer | StreamableFile> {
    const chosen = await this.endpoints.find(project, endpoint);
    const config = clientConfig(client, chosen);
    if (download) return file(config);
    return page('projects/client-config', config, { config, chosen });
  }

  private async around(project: ProjectContext, chosen: Endpoint, { key }: ConnectPageQuery) {
    return {
      chosen,
      tabs: CLIENTS.map(({ id, label }) => ({ key: id, label, href: connectUrl(project, id, chosen) })),
      warning: this.endpoints.warning(),
      canMakeKeys: project.can('keys.write'),
      use: await this.keys.lastUse(project.id, key),
      keyId: key,
    };
  }
}

function file({ content, filename }: ClientConfig): StreamableFile {
  const disposition = `attachment; filename="${filename}"`;
  return new StreamableFile(Buffer.from(`${content}\n`), { type: 'application/json', disposition });
}

function connectUrl({ slug }: ProjectContext, client: string, { endpoint }: Endpoint): string {
  return `/projects/${slug}/connect?${new URLSearchParams({ client, endpoint }).toString()}`;
}
