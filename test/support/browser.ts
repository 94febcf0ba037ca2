import { execFileSync } from 'node:child_process';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { people } from './cast.js';

/** A browser window that remembers everything that went wrong in it. */
export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** CSP violations, console errors and exceptions, with the page they happened on. */
  readonly faults: string[];
}

export async function startBrowser(): Promise<Browser> {
  const executablePath = execFileSync(process.execPath, ['bin/ensure-browser.mjs'], { encoding: 'utf8' }).trim();
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export async function openWindow(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
  return { page, context, faults };
}

/** What is seriously wrong with the page for people who use assistive technology. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${page.url()}: ${id} ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

/** Ada, on her list of projects. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel('Email').fill(people.ada.email);
  await page.getByLabel('Password', { exact: true }).fill(people.ada.password);
  await page.locator('main form button[type=submit]').click();
  await page.waitForURL('**/projects');
}

/** What can be reached only by scrolling sideways; tables are cards in a narrow window. */
export async function overflows(page: Page): Promise<string[]> {
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  const tables = await page.evaluate<number>(
    'innerWidth < 500 ? [...document.querySelectorAll(".table-frame")].filter((frame) => frame.scrollWidth > frame.clientWidth).length : 0',
  );
  return [
    ...(overflow <= 0 ? [] : [`is ${overflow} px wider than the window`]),
    ...(tables === 0 ? [] : ['has a table that must be scrolled sideways']),
  ];
}
