import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ProjectContext } from '../projects/index.js';
import { anyObject, flag, integer, list, named, nullable, object, type Of, text } from '../shared/api/index.js';
import { Budget } from '../shared/budget.js';
import { AppError, Conflict } from '../shared/errors/index.js';
import type { Registration } from './registration.js';
import { Registrar } from './registrar.service.js';
import { McpServer } from './server.entity.js';
import { type ServerChanges, withChanges } from './server.form.js';
import { registrationOf, ServerSecrets } from './server-secrets.js';
import { type ProbeResult, UpstreamPool } from './upstream/index.js';

/** Each starts programs or opens connections of its own, beside the links that are counted. */
const MOST_OF_ONE_PROJECT = 4;
const MOST = 16;

/** How a try to reach a server went, step by step. */
export const TestView = named('ServerTest', {
  ok: flag(),
  steps: list(
    object({
      name: text('`resolve`, `connect`, or a method of MCP.'),
      ok: flag(),
      ms: integer(),
      message: text('What was found, or what went wrong and what to do about it.'),
    }),
  ),
  stderr: list(text(), "The program's last lines on stderr."),
  error: nullable(text()),
  protocolVersion: nullable(text()),
  serverInfo: nullable(anyObject('As the server says.')),
  tools: list(text(), 'Names of its tools.'),
});
export type TestView = Of<typeof TestView>;

/** "Test connection": a connection of its own that is closed again; nothing is stored. */
@Injectable()
export class ServerTest {
  private readonly running = new Budget(MOST_OF_ONE_PROJECT, MOST);

  constructor(
    private readonly registrar: Registrar,
    private readonly secrets: ServerSecrets,
    private readonly pool: UpstreamPool,
  ) {}

  /** @throws Forbidden, Invalid: trying a registration asks for the same as storing it, because it starts programs. */
  async unsaved(project: ProjectContext, registration: Registration): Promise<TestView> {
    return this.saved(await this.registrar.prepare(project, registration, randomUUID()));
  }

  /** The stored server with the changes laid over it. @throws Forbidden, Invalid as storing them would */
  async changed(project: ProjectContext, stored: McpServer, changes: ServerChanges): Promise<TestView> {
    const given = withChanges(registrationOf(stored), changes);
    return this.saved(await this.registrar.prepare(project, given, stored.id, stored));
  }

  async saved(server: McpServer): Promise<TestView> {
    const missing = server.missingSecrets();
    if (missing.length > 0) throw new Conflict(`Give these first: ${missing.join(', ')}.`);
    if (!this.running.take(server.projectId, 1)) {
      throw new AppError('busy', 429, 'Enough tests are running: wait until one of them ends, then test again.');
    }
    try {
      return testView(await this.pool.probe(this.secrets.open(server)));
    } finally {
      this.running.giveBack(server.projectId, 1);
    }
  }
}

function testView({ ok, steps, stderr, error, catalogue }: ProbeResult): TestView {
  return {
    ...{ ok, steps, stderr },
    error: error?.message ?? null,
    protocolVersion: catalogue?.handshake.protocolVersion ?? null,
    serverInfo: catalogue?.handshake.serverInfo ?? null,
    tools: catalogue?.tools.map(({ key }) => key) ?? [],
  };
}
