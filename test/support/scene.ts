import type { TestApp } from './app.js';
import { signUp } from './cast.js';
import type { As } from './client.js';

/** An administrator with a project called `demo` and a key to it. */
export interface Scene {
  readonly ada: As;
  readonly key: string;
}

export async function scene(app: Pick<TestApp, 'url'>): Promise<Scene> {
  const ada = await signUp(app, 'ada');
  await expectStatus(201, ada.post('/api/projects', { name: 'Demo', slug: 'demo' }));
  const { key } = (await expectStatus(201, ada.post('/api/projects/demo/api-keys', { name: 'tests' }))) as {
    key: string;
  };
  return { ada, key };
}

/** Registers a server and waits until its tools are known. */
export async function addServer(ada: As, project: string, registration: object): Promise<{ id: string; name: string }> {
  const path = `/api/projects/${project}/servers`;
  const { id, name } = (await expectStatus(201, ada.post(path, registration))) as { id: string; name: string };
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const { body } = await ada.get<{ status: string; lastError: string | null }>(`${path}/${id}`);
    if (body.status === 'online') return { id, name };
    if (body.status !== 'starting') throw new Error(`${name} is ${body.status}: ${body.lastError}`);
  }
  throw new Error(`${name} did not come online`);
}

async function expectStatus(
  status: number,
  sent: Promise<{ status: number; text: string; body: unknown }>,
): Promise<unknown> {
  const answer = await sent;
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer.body;
}
