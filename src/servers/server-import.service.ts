import { Inject, Injectable } from '@nestjs/common';
import type { CurrentUser } from '../auth/index.js';
import type { ProjectContext } from '../projects/index.js';
import { CONFIG, type Config } from '../shared/config/index.js';
import { AppError, type FieldErrors, Invalid } from '../shared/errors/index.js';
import type { ImportForm } from './import/import-form.js';
import { type PlannedServer, planned } from './import/import-plan.js';
import { readEntry, type ReadEntry } from './import/config-entry.js';
import { readShape } from './import/config-shapes.js';
import { Registrar } from './registrar.service.js';
import { RegistrationCheck } from './registration-check.js';
import type { McpServer } from './server.entity.js';
import { ServersService } from './servers.service.js';

export interface ImportPlan {
  readonly items: readonly PlannedServer[];
  readonly warnings: readonly string[];
}

export interface Imported {
  readonly name: string;
  readonly action: PlannedServer['action'];
  /** The new server, or the one that was there already. */
  readonly server: McpServer;
}

/** Takes over what people have in their clients' configuration. */
@Injectable()
export class ServerImport {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly servers: ServersService,
    private readonly registrar: Registrar,
    private readonly check: RegistrationCheck,
  ) {}

  /**
   * What an import would do; nothing is stored and no server is asked.
   * What the person may not add carries the refusal as the error of its transport.
   * @throws Invalid when the text cannot be read.
   */
  async plan(project: ProjectContext, form: ImportForm): Promise<ImportPlan> {
    const { entries, inputs } = readShape(form.document);
    const read = entries.map((entry) =>
      readEntry(entry, form.secrets, project.callTimeoutMs ?? this.config.callTimeoutMs),
    );
    const chosen = read.filter(({ originalName }) => form.only?.has(originalName) ?? true);
    const checked = await Promise.all(chosen.map((entry) => this.checked(project, entry)));
    const items = planned(checked, await this.servers.list(project.id), inputs);
    const left = read.length - chosen.length;
    return { items, warnings: left > 0 ? [`${left} of ${read.length} servers are left out.`] : [] };
  }

  /**
   * All of them or none.
   * @throws Invalid with a field `<name>.<field>` for everything that is wrong, 403 with the field `text` when the person
   * may not add one of the servers.
   */
  async run(project: ProjectContext, by: CurrentUser, form: ImportForm): Promise<Imported[]> {
    const { items } = await this.plan(project, form);
    if (items.length === 0) throw new Invalid({ only: 'Choose at least one server.' });
    this.demandAll(project, items);
    const faults = Object.fromEntries(items.flatMap(namedFaults));
    if (Object.keys(faults).length > 0) throw new Invalid(faults, wholeSentence(faults));
    const toAdd = items.filter(({ action }) => action !== 'skip');
    const added = await this.servers.createAll(
      project,
      by,
      toAdd.map(({ registration }) => registration),
    );
    const byName = new Map(added.map((server) => [server.name, server]));
    return items.map(({ registration: { name }, action, twin }) => {
      return { name, action, server: byName.get(name) ?? (twin as McpServer) };
    });
  }

  /** The field lets the page show the form again, with what was pasted. */
  private demandAll(project: ProjectContext, items: readonly PlannedServer[]): void {
    for (const { registration, originalName } of items) {
      const refusal = this.registrar.refusal(project, registration);
      if (refusal) throw new AppError('forbidden', 403, refusal, { text: `“${originalName}”: ${refusal}` });
    }
  }

  private async checked(project: ProjectContext, entry: ReadEntry): Promise<ReadEntry> {
    const refusal = this.registrar.refusal(project, entry.registration);
    const faults = refusal ? { transport: refusal } : await this.check.faults(entry.registration);
    return { ...entry, errors: { ...faults, ...entry.errors } };
  }
}

function namedFaults({ originalName, errors }: PlannedServer): [field: string, fault: string][] {
  return Object.entries(errors).map(([field, fault]) => [`${originalName}.${field}`, `“${originalName}”: ${fault}`]);
}

function wholeSentence(faults: FieldErrors): string {
  return Object.values(faults).join(' ');
}
