import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { openWindow, startBrowser } from '../support/browser.js';
import { everythingCommand, people } from '../support/cast.js';

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), startBrowser()]);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await app.close();
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

/** What a client does with the configuration it was given. */
async function callAsClient(configuration: string): Promise<string> {
  const { mcpServers } = JSON.parse(configuration) as {
    mcpServers: Record<string, { url: string; headers: Record<string, string> }>;
  };
  const [entry] = Object.values(mcpServers);
  if (!entry) throw new Error(`No server in ${configuration}`);
  const client = new Client({ name: 'e2e-client', version: '1.2.3' });
  const transport = new StreamableHTTPClientTransport(new URL(entry.url), { requestInit: { headers: entry.headers } });
  await client.connect(transport);
  const result = await client.callTool({ name: 'everything__echo', arguments: { message: 'from a real client' } });
  await client.close();
  return JSON.stringify(result.content);
}

describe('the main job', () => {
  for (const javaScriptEnabled of [true, false]) {
    const who = javaScriptEnabled ? 'ada' : 'otto';
    const slug = `main-job-${who}`;

    it(
      `goes from sign-up to the call in the log ${javaScriptEnabled ? 'with' : 'without'} JavaScript`,
      { timeout: 120_000 },
      async () => {
        const { page, context, faults } = await openWindow(browser, { javaScriptEnabled });
        await signUp(page, who);
        await createProject(page, slug);
        await pasteServer(page, slug);
        await runTool(page, slug);
        const configuration = await createKey(page, slug);
        expect(await callAsClient(configuration)).toContain('from a real client');
        await seeCall(page, slug);
        expect(faults).toEqual([]);
        await context.close();
      },
    );
  }
});

async function signUp(page: Page, who: 'ada' | 'otto'): Promise<void> {
  await page.goto(`${app.url}/signup`);
  const { name, email, password } = people[who];
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.locator('main form button[type=submit]').click();
  await heading(page, 'Projects');
  if (who === 'otto') await makeAdmin(email);
}

async function createProject(page: Page, slug: string): Promise<void> {
  await page
    .getByRole('link', { name: 'Create project' })
    .or(page.getByRole('link', { name: 'New project' }))
    .first()
    .click();
  await page.getByLabel('Name').fill(slug);
  await press(page, 'Create project');
  await heading(page, slug);
  await page.getByText('Add a server', { exact: true }).waitFor();
}

async function pasteServer(page: Page, slug: string): Promise<void> {
  await page.goto(`${app.url}/projects/${slug}/servers/import`);
  await page
    .getByLabel('Configuration')
    .fill(JSON.stringify({ mcpServers: { everything: everythingCommand('stdio') } }));
  await press(page, 'Preview');
  await heading(page, 'What will be added');
  await press(page, 'Add these servers');
  await heading(page, 'Servers');
  await page.getByRole('link', { name: 'everything' }).first().click();
  await heading(page, 'everything');
  for (let tries = 0; tries < 40 && !(await page.getByText('Online').first().isVisible()); tries++) {
    await page.waitForTimeout(250);
    if (!(await page.evaluate(() => 'htmx' in globalThis).catch(() => false))) await page.reload();
  }
  await page.getByRole('link', { name: /^Tools/ }).click();
  await page.getByText('Echoes back the input string').waitFor();
}

async function runTool(page: Page, slug: string): Promise<void> {
  await page.locator('tr', { hasText: 'Echoes back the input string' }).getByRole('link', { name: /Run/ }).click();
  await page.getByLabel('message', { exact: false }).first().fill('from the page');
  await press(page, 'Run');
  await page.getByText('Echo: from the page').first().waitFor();
  expect(page.url()).toContain(`/projects/${slug}/servers/`);
}

async function createKey(page: Page, slug: string): Promise<string> {
  await page.goto(`${app.url}/projects/${slug}/api-keys/new?client=cline`);
  await page.getByLabel('Name').fill('my laptop');
  await press(page, 'Create key');
  await heading(page, 'Your new API key');
  const key = await page.locator('#new_key').inputValue();
  expect(key).toMatch(/^mcpo_/);
  const code = await page.locator('pre', { hasText: 'mcpServers' }).first().textContent();
  expect(code).toContain(key);
  return code ?? '';
}

/** The log is written in batches: the page is asked again until the call stands there. */
async function seeCall(page: Page, slug: string): Promise<void> {
  const row = page.locator('details.call', { hasText: 'e2e-client' });
  await expect
    .poll(() => page.goto(`${app.url}/projects/${slug}/tool-call-logs`).then(() => row.count()), { timeout: 10_000 })
    .toBe(1);
  expect(await row.locator('summary').textContent()).toMatch(/Success[^]*everything\/echo/);
  await page.goto(`${app.url}${await row.getAttribute('hx-get')}`);
  const call = page.locator('[id^=call_detail_]');
  expect(await call.textContent()).toMatch(/"message": "from a real client"[^]*Echo: from a real client[^]*my laptop/);
}

/** Who may add programs is the administrator's matter; the second person of this test is made one. */
async function makeAdmin(email: string): Promise<void> {
  const { DataSource } = await import('typeorm');
  await app.nest.get(DataSource).query('UPDATE users SET is_admin = true WHERE email = $1', [email]);
}
