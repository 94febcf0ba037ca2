import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { accessibilityFaults, openWindow, overflows, signIn, startBrowser } from '../support/browser.js';
import { everythingCommand } from '../support/cast.js';
import { addServer, scene } from '../support/scene.js';

let app: TestApp;
let browser: Browser;
let server: string;
let call: string;
let key: string;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), startBrowser()]);
  const { ada } = await scene(app);
  server = (await addServer(ada, 'demo', { name: 'everything', transport: 'stdio', ...everythingCommand('stdio') })).id;
  await ada.post('/api/projects', { name: 'Empty', slug: 'empty' });
  for (const name of ['Makers', 'Others']) await ada.post('/api/teams', { name });
  await ada.post('/api/projects/demo/teams', { teamId: 'makers', role: 'Developer' });
  key = (await ada.get<{ items: { id: string }[] }>('/api/projects/demo/api-keys')).body.items[0]?.id ?? '';
  const path = `/api/projects/demo/servers/${server}/tools/echo/execute`;
  call = (await ada.post<{ callId: string }>(path, { arguments: { message: '<img src=x onerror=alert(1)>' } })).body
    .callId;
  await new Promise((resolve) => setTimeout(resolve, 500));
}, 120_000);

afterAll(async () => {
  await browser.close();
  await app.close();
});

const anonymous = ['/login', '/signup', '/no-such-page'];

function pages(): string[] {
  const one = `/projects/demo/servers/${server}`;
  return [
    '/projects',
    '/projects/new',
    '/teams',
    '/teams/new',
    '/teams?q=nothing-like-this',
    ...['', '/members', '/projects', '/settings'].flatMap((path) => [`/teams/makers${path}`, `/teams/others${path}`]),
    '/profile',
    '/profile/password',
    '/profile/delete',
    '/admin',
    '/admin/users',
    '/admin/activities',
    '/teams/makers/activities',
    '/projects/no-such-project',
    ...[
      '',
      '/servers',
      '/tool-call-logs',
      '/sessions',
      '/logs',
      '/connect',
      '/api-keys',
      '/teams',
      '/members',
      '/invitations',
      '/activities',
      '/settings',
      '/security',
    ].flatMap((path) => [`/projects/demo${path}`, `/projects/empty${path}`]),
    '/projects/demo/api-keys/new',
    `/projects/demo/api-keys/${key}`,
    '/projects/demo/export',
    '/projects/demo/servers/new',
    '/projects/demo/servers/import',
    ...[
      '',
      '/tools',
      '/tools/echo',
      '/prompts',
      '/resources',
      '/configuration',
      '/edit',
      '/logs',
      '/sessions',
      '/connections',
      '/stats',
    ].map((path) => one + path),
    `/projects/demo/tool-call-logs/${call}`,
    '/projects/demo/tool-call-logs?q=nothing-like-this',
    ...['cursor', 'vscode', 'claude-code', 'claude-desktop'].map((client) => `/projects/demo/connect?client=${client}`),
  ];
}

/** A page that is missing on purpose says so in the console; nothing else may. */
const isExpected = (fault: string) => /no-such-p.*status of 404/.test(fault);

async function open(page: Page, path: string): Promise<string[]> {
  await page.goto(app.url + path, { waitUntil: 'load' });
  const h1 = await page.locator('h1').count();
  const errors = await page.locator('[data-form-errors]').count();
  return [
    ...(errors === 0 ? [] : [`${path} tells of errors before anything was sent`]),
    ...(/&amp;\w+;/.test(await page.content()) ? [`${path} escapes twice`] : []),
    ...(h1 === 1 ? [] : [`${path} has ${h1} h1 headings`]),
    ...(await overflows(page)).map((fault) => `${path} ${fault}`),
  ];
}

async function visitAll(page: Page, look: (path: string) => Promise<string[]>): Promise<string[]> {
  const seen: string[] = [];
  for (const path of anonymous) seen.push(...(await look(path)));
  await signIn(page, app.url);
  for (const path of pages()) seen.push(...(await look(path)));
  return seen;
}

for (const colorScheme of ['light', 'dark'] as const) {
  it(`every page is accessible and breaks no rule of the CSP, ${colorScheme}`, { timeout: 240_000 }, async () => {
    const { page, faults, context } = await openWindow(browser, { colorScheme });
    const seen = await visitAll(page, async (path) => [
      ...(await open(page, path)),
      ...(await accessibilityFaults(page)),
    ]);
    expect([...seen, ...faults.filter((fault) => !isExpected(fault))]).toEqual([]);
    await context.close();
  });
}

it('another endpoint is shown as soon as it is chosen on Connect', { timeout: 60_000 }, async () => {
  const { page, context } = await openWindow(browser, {});
  await signIn(page, app.url);
  await page.goto(`${app.url}/projects/demo/connect`);
  await page.getByLabel('Server').selectOption('everything');
  await page.waitForURL(/endpoint=everything/);
  expect(await page.locator('main').innerText()).toContain('/projects/demo/servers/everything/mcp');
  await context.close();
});

it('every page fits a window of 400 px', { timeout: 120_000 }, async () => {
  const { page, faults, context } = await openWindow(browser, { viewport: { width: 400, height: 800 } });
  const seen = await visitAll(page, (path) => open(page, path));
  expect([...seen, ...faults.filter((fault) => !isExpected(fault))]).toEqual([]);
  await context.close();
});
