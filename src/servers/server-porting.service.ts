import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Plan, PortableServers, type ProjectContext, type ServerPorter } from '../projects/index.js';
import { CONFIG, type Config } from '../shared/config/index.js';
import { AppError, Invalid } from '../shared/errors/index.js';
import { validation } from '../shared/html/index.js';
import { portable, unlessMasked } from './portable-server.js';
import { Registrar } from './registrar.service.js';
import type { Registration } from './registration.js';
import { asRegistration, ServerForm } from './server.form.js';
import { ServersService } from './servers.service.js';

/** Carries servers out of a project and into another, where they are checked like any other registration. */
@Injectable()
export class ServerPorting implements ServerPorter, OnModuleInit {
  private readonly pipe = validation();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly servers: ServersService,
    private readonly registrar: Registrar,
    private readonly portable: PortableServers,
  ) {}

  onModuleInit(): void {
    this.portable.register(this);
  }

  async export(projectId: string): Promise<object[]> {
    return (await this.servers.list(projectId)).map(portable);
  }

  async plan(project: ProjectContext, servers: readonly unknown[]): Promise<Plan> {
    const registrations: Registration[] = [];
    for (const [at, given] of servers.entries()) registrations.push(await this.checked(project, given, at));
    const names = registrations.map(({ name }) => name.toLowerCase());
    const twin = names.find((name, at) => names.indexOf(name) !== at);
    if (twin !== undefined) throw new Invalid({ servers: `Two servers are called "${twin}": rename one.` });
    return (made, by) => this.servers.createAll(made, by, registrations);
  }

  private async checked(project: ProjectContext, given: unknown, at: number): Promise<Registration> {
    const name = (given as { name?: unknown } | null)?.name;
    try {
      const form = (await this.pipe.transform(given ?? {}, { type: 'body', metatype: ServerForm })) as ServerForm;
      const registration = unlessMasked(asRegistration(form, project.callTimeoutMs ?? this.config.callTimeoutMs));
      await this.registrar.prepare(project, registration, project.id);
      return registration;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw named(error, typeof name === 'string' ? name : `${at + 1}`);
    }
  }
}

function named({ code, status, message, fields = { transport: message } }: AppError, name: string): AppError {
  const entries = Object.entries(fields).map(([field, fault]) => [`servers.${name}.${field}`, `“${name}”: ${fault}`]);
  return new AppError(code, status, `“${name}”: ${message}`, Object.fromEntries(entries) as Record<string, string>);
}
