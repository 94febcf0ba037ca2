import { DataSource } from 'typeorm';
import { ProjectMember } from '../../src/projects/project-member.entity.js';
import type { Role } from '../../src/projects/project-role.js';
import { startApp, type TestApp } from '../support/app.js';
import { signUp } from '../support/cast.js';
import { As } from '../support/client.js';

/** Otto's project "Demo" with a Developer and a Reporter, an administrator, and Nora, who has nothing to do with it. */
export interface Team {
  readonly app: TestApp;
  readonly projectId: string;
  readonly admin: As;
  readonly owner: As;
  readonly developer: As;
  readonly reporter: As;
  readonly nobody: As;
}

export async function startTeam(settings?: Record<string, string>): Promise<Team> {
  const app = await startApp(settings);
  const admin = await signUp(app, 'ada');
  const owner = await signUp(app, 'otto');
  const nobody = await signUp(app, 'nora');
  const { body: project } = await owner.post<{ id: string }>('/api/projects', { name: 'Demo' });
  const developer = await joined(app, project.id, 'Developer');
  const reporter = await joined(app, project.id, 'Reporter');
  return { app, projectId: project.id, admin, owner, developer, reporter, nobody };
}

/** Somebody new with this role; members cannot be invited yet, so the row is written here. */
async function joined(app: TestApp, projectId: string, role: Role): Promise<As> {
  const person = {
    name: `The ${role}`,
    email: `${role.toLowerCase()}@example.com`,
    password: 'sufficiently long words',
  };
  const { body } = await new As(app).post<{ token: string; user: { id: string } }>('/api/auth/signup', person);
  await app.nest.get(DataSource).getRepository(ProjectMember).insert({ projectId, userId: body.user.id, role });
  return new As(app, body.token);
}
