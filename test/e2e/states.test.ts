import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { accessibilityFaults, openWindow, overflows, signIn, startBrowser } from '../support/browser.js';
import { everythingCommand } from '../support/cast.js';
import { addServer, scene } from '../support/scene.js';

let app: TestApp;
let browser: Browser;
let server: string;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), startBrowser()]);
  const { ada } = await scene(app);
  server = (await addServer(ada, 'demo', { name: 'everything', transport: 'stdio', ...everythingCommand('stdio') })).id;
}, 120_000);

afterAll(async () => {
  await browser.close();
  await app.close();
});

/** What is refused on purpose says so in the console; nothing else may. */
const isExpected = (fault: string) => /status of (409|422)/.test(fault);

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();

/** What a page becomes when somebody does something on it; the answers of refused forms are part of the product. */
const states: Record<string, (page: Page) => Promise<void>> = {
  'preview of an import': async (page) => {
    await page.goto(`${app.url}/projects/demo/servers/import`);
    const entries = { good: { url: 'https://example.com/mcp' }, bad: { command: 'npx' } };
    await page.getByLabel('Configuration').fill(JSON.stringify({ mcpServers: entries }));
    await press(page, 'Preview');
    await page.getByRole('heading', { level: 1, name: 'What will be added' }).waitFor();
  },
  'configuration that cannot be read': async (page) => {
    await page.goto(`${app.url}/projects/demo/servers/import`);
    await page.getByLabel('Configuration').fill('{"mcpServers": ');
    await press(page, 'Preview');
    await page.locator('[data-form-errors]').waitFor();
  },
  'new key': async (page) => {
    await page.goto(`${app.url}/projects/demo/api-keys/new`);
    await page.getByLabel('Name').fill('shown once');
    await press(page, 'Create key');
    await page.locator('#new_key').waitFor();
  },
  'new key, loaded again': async (page) => {
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'The key is created already' }).waitFor();
  },
  'refused key': async (page) => {
    await page.goto(`${app.url}/projects/demo/api-keys/new`);
    await page.getByLabel('Name').fill(' ');
    await press(page, 'Create key');
    await page.locator('[data-form-errors]').waitFor();
  },
  'refused server': async (page) => {
    await page.goto(`${app.url}/projects/demo/servers/new`);
    await page.getByLabel('Name', { exact: true }).fill('not a name');
    await page.getByLabel('Command', { exact: true }).fill('npx');
    await press(page, 'Add server');
    await page.locator('[data-form-errors]').waitFor();
  },
  'server with an unknown transport': async (page) => {
    await page.goto(`${app.url}/projects/demo/servers/new`);
    await page.locator('input[value=stdio]').evaluate((input: { value: string }) => (input.value = 'pigeon'));
    await page.getByLabel('Name', { exact: true }).fill('pigeon');
    await press(page, 'Add server');
    await page.locator('[data-form-errors] a[href="#field_transport"]').click();
    expect(await page.locator('#field_transport:focus[aria-invalid=true] .form-error').innerText()).toContain('stdio');
  },
  'result of a tool': async (page) => {
    await page.goto(`${app.url}/projects/demo/servers/${server}/tools/echo`);
    await page.getByLabel('message', { exact: false }).first().fill('hello');
    await press(page, 'Run');
    await page.getByText('Echo: hello').first().waitFor();
  },
  'refused arguments': async (page) => {
    await page.goto(`${app.url}/projects/demo/servers/${server}/tools/get-sum`);
    await page.locator('main form').evaluate((form: { noValidate: boolean }) => (form.noValidate = true));
    await press(page, 'Run');
    await page.locator('[data-form-errors]').waitFor();
  },
  'dialog of a revocation': async (page) => {
    await page.goto(`${app.url}/projects/demo/api-keys`);
    await press(page, 'Revoke');
    await page.getByRole('dialog').waitFor();
  },
  'menu of a server': async (page) => {
    await page.goto(`${app.url}/projects/demo/servers`);
    await press(page, 'Actions for everything');
    await page.getByText('Check status').first().waitFor();
  },
  'open call': async (page) => {
    await page.goto(`${app.url}/projects/demo/tool-call-logs`);
    await page.locator('.call summary').first().click();
    await page.getByText('Arguments').first().waitFor();
  },
};

async function visitStates(page: Page): Promise<string[]> {
  const seen: string[] = [];
  await signIn(page, app.url);
  for (const [name, enter] of Object.entries(states)) {
    await enter(page);
    seen.push(
      ...[...(await overflows(page)), ...(await accessibilityFaults(page))].map((fault) => `${name}: ${fault}`),
    );
  }
  return seen;
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 400]) {
    it(
      `what pages become when they are used is accessible and fits the window, ${colorScheme}, ${width} px`,
      { timeout: 120_000 },
      async () => {
        const { page, faults, context } = await openWindow(browser, { colorScheme, viewport: { width, height: 800 } });
        const seen = await visitStates(page);
        expect([...seen, ...faults.filter((fault) => !isExpected(fault))]).toEqual([]);
        await context.close();
      },
    );
  }
}
