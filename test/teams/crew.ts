import type { Role } from '../../src/shared/roles.js';
import { startApp, type TestApp } from '../support/app.js';
import { people, signUp } from '../support/cast.js';
import { As } from '../support/client.js';

/** Otto's team "Makers" with a Developer and a Reporter, an administrator, and Nora, who is not in it. */
export interface Crew {
  readonly app: TestApp;
  readonly teamId: string;
  readonly admin: As;
  readonly owner: As;
  readonly developer: As;
  readonly reporter: As;
  readonly nobody: As;
}

export type Person = Exclude<keyof Crew, 'app' | 'teamId'>;

export async function startCrew(): Promise<Crew> {
  const app = await startApp();
  const admin = await signUp(app, 'ada');
  const owner = await signUp(app, 'otto');
  const nobody = await signUp(app, 'nora');
  const { body } = await owner.post<{ id: string }>('/api/teams', { name: 'Makers' });
  const developer = await joined(app, owner, 'makers', 'Developer');
  const reporter = await joined(app, owner, 'makers', 'Reporter');
  return { app, teamId: body.id, admin, owner, developer, reporter, nobody };
}

/** Somebody new, called by the role, whom the Owner has taken into the team. */
export async function joined(app: TestApp, owner: As, team: string, role: Role, name = `The ${role}`): Promise<As> {
  const person = await newcomer(app, name);
  const { status, text } = await owner.post(`/api/teams/${team}/members`, { email: emailOf(name), role });
  if (status !== 201) throw new Error(`${name} cannot join: ${text}`);
  return person;
}

export async function newcomer(app: TestApp, name: string): Promise<As> {
  const { password } = people.nora;
  const { body } = await new As(app).post<{ token: string }>('/api/auth/signup', {
    name,
    email: emailOf(name),
    password,
  });
  return new As(app, body.token);
}

export const emailOf = (name: string) => `${name.toLowerCase().replaceAll(' ', '.')}@example.com`;

export async function idOf(who: As): Promise<string> {
  return (await who.get<{ id: string }>('/api/auth/me')).body.id;
}
