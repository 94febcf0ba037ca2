import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../auth/index.js';
import { InProject, NeedsRole, ProjectContext } from '../projects/index.js';
import { Answers, flag, integer, listOf, named } from '../shared/api/index.js';
import { type Answer, saved } from '../shared/html/index.js';
import { ToggleForm } from './server.form.js';
import type { McpServer } from './server.entity.js';
import { ServerChecks } from './server-checks.service.js';
import { ServerPages } from './server-pages.service.js';
import { ServerView } from './server.view.js';
import { ServersService } from './servers.service.js';

/** How long an answer waits for servers; those that take longer go on behind, and their status says "starting". */
const WAIT_MS = 8000;

const Refreshed = named('RefreshedServers', {
  ...listOf(ServerView).fields,
  done: flag('All that were asked have answered.'),
  asked: integer('How many.'),
});

@ApiTags('servers')
@NeedsRole('Developer')
@Controller('projects/:project/servers')
export class ServerStatusController {
  constructor(
    private readonly servers: ServersService,
    private readonly checks: ServerChecks,
    private readonly pages: ServerPages,
  ) {}

  @ApiOperation({ summary: 'Ask all servers; 202 while some have not answered yet' })
  @Answers(Refreshed, { also: [202] })
  @Post('refresh-status')
  async refreshAll(@InProject() project: ProjectContext): Promise<Answer> {
    const servers = await this.servers.list(project.id);
    const asked = servers.filter((server) => server.mayConnect()).length;
    const { done } = await this.checks.refresh(servers, WAIT_MS);
    const items = await this.pages.views(await this.servers.list(project.id));
    const data = { ...this.pages.list(project, items), items };
    return saved(
      `/projects/${project.slug}/servers`,
      { items, nextCursor: null, done, asked },
      {
        status: done ? 200 : 202,
        notice: askedSentence(asked, servers.length, done),
        partial: { template: 'servers/_list', data },
      },
    );
  }

  @ApiOperation({ summary: 'Ask the server; 202 while it has not answered yet' })
  @Answers(ServerView, { also: [202] })
  @Post(':server/refresh-status')
  async refresh(@InProject() project: ProjectContext, @Param('server') name: string): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    const { done } = await this.checks.refresh([server], WAIT_MS);
    return this.shown(project, await this.servers.find(project.id, server.id), done ? 200 : 202);
  }

  @ApiOperation({ summary: 'Close its connections and connect anew' })
  @Answers(ServerView)
  @Post(':server/restart')
  async restart(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('server') name: string,
  ): Promise<Answer> {
    const server = await this.servers.restart(project, await this.servers.find(project.id, name), user);
    return this.shown(project, server, 200, `The server "${server.name}" is restarting.`);
  }

  @ApiOperation({ summary: 'Switch the server on or off' })
  @Answers(ServerView)
  @Post(':server/toggle')
  async toggle(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('server') name: string,
    @Body() { enabled }: ToggleForm,
  ): Promise<Answer> {
    const server = await this.servers.toggle(project, await this.servers.find(project.id, name), user, enabled);
    return this.shown(project, server, 200, `The server "${server.name}" is ${server.enabled ? 'on' : 'off'}.`);
  }

  /** htmx gets the row, and what follows the servers while one is starting. */
  private async shown(project: ProjectContext, server: McpServer, status: number, notice?: string): Promise<Answer> {
    const views = await this.pages.views(await this.servers.list(project.id));
    const view = await this.pages.view(server);
    const data = { ...this.pages.list(project, views), row: this.pages.row(project, view) };
    const to = `/projects/${project.slug}/servers/${server.id}`;
    return saved(to, view, { status, notice, partial: { template: 'servers/_switched', data } });
  }
}

function askedSentence(asked: number, all: number, done: boolean): string {
  if (asked === 0) return 'No server was asked: all are switched off or wait for a secret.';
  const which = asked < all ? `${asked} of ${all} servers` : asked === 1 ? 'One server' : `${all} servers`;
  if (!done) return `Asking ${which.toLowerCase()} …`;
  return `${which} ${asked === 1 ? 'was' : 'were'} asked.`;
}
