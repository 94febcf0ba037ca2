import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { openWindow, startBrowser } from '../support/browser.js';
import { people, signUp } from '../support/cast.js';
import type { As } from '../support/client.js';

let app: TestApp;
let browser: Browser;
let nora: As;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), startBrowser()]);
  await signUp(app, 'ada');
  const otto = await signUp(app, 'otto');
  nora = await signUp(app, 'nora');
  for (const name of ['With script', 'Without script']) await otto.post('/api/projects', { name });
}, 120_000);

afterAll(async () => {
  await browser.close();
  await app.close();
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

async function signIn(page: Page): Promise<void> {
  await page.goto(`${app.url}/login?next=/teams`);
  await page.getByLabel('Email').fill(people.otto.email);
  await page.getByLabel('Password', { exact: true }).fill(people.otto.password);
  await page.locator('main form button[type=submit]').click();
  await heading(page, 'Teams');
}

async function createTeam(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'New team' }).first().click();
  await page.getByLabel('Name').fill(name);
  await press(page, 'Create team');
  await heading(page, name);
}

async function addNora(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Members', exact: true }).first().click();
  await page.getByLabel('Email').fill('nobody@example.com');
  await press(page, 'Add member');
  await page.getByText('let them sign up first').first().waitFor();
  await page.getByLabel('Email').fill(people.nora.email);
  await page.getByLabel('Role', { exact: true }).selectOption('Developer');
  await press(page, 'Add member');
  await page.locator('#toast', { hasText: 'Nora Nobody is in the team.' }).waitFor();
}

async function invite(page: Page, project: string, team: string): Promise<void> {
  await page.goto(`${app.url}/projects/${project}`);
  await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: 'Members' }).click();
  await page.getByRole('navigation', { name: 'People' }).getByRole('link', { name: 'Teams' }).click();
  await page.getByLabel('Team', { exact: true }).selectOption(team);
  await page.getByLabel('Role at most', { exact: true }).selectOption('Reporter');
  await press(page, 'Invite team');
  await page.locator('tr', { hasText: team }).waitFor();
}

const roleOfNora = async (project: string) => {
  const { status, body } = await nora.get<{ role: string }>(`/api/projects/${project}`);
  return status === 200 ? body.role : status;
};

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'With script' : 'Without script';
  const project = how.toLowerCase().replace(' ', '-');

  it(`a team is made, filled and invited into a project, ${how.toLowerCase()}`, { timeout: 90_000 }, async () => {
    const { page, context, faults } = await openWindow(browser, { javaScriptEnabled });
    await signIn(page);
    await createTeam(page, `Team ${how}`);
    await addNora(page);
    expect(await roleOfNora(project)).toBe(404);
    await invite(page, project, `Team ${how}`);
    expect(await roleOfNora(project)).toBe('Reporter');

    await page.getByLabel(`Role of Team ${how} at most`).selectOption('Owner');
    if (!javaScriptEnabled) await press(page, 'Change');
    await page.locator('#toast', { hasText: 'people are Owner at most now' }).waitFor();
    expect(await roleOfNora(project)).toBe('Developer');

    await page.getByRole('link', { name: `Team ${how}` }).click();
    await page.getByRole('link', { name: 'Projects', exact: true }).last().click();
    await page.locator('tr', { hasText: how }).waitFor();
    await page.getByRole('navigation', { name: 'Team' }).getByRole('link', { name: 'Members' }).click();
    await page.locator('tr', { hasText: 'Nora' }).getByRole('button', { name: 'Remove' }).click();
    await press(page, 'Remove member');
    await page.locator('#toast', { hasText: 'The member is removed.' }).waitFor();
    expect(await roleOfNora(project)).toBe(404);
    // A refused form (422) is a failed resource for the console.
    expect(faults.filter((fault) => !fault.includes('status of 422'))).toEqual([]);
    await context.close();
  });
}

it('an Owner makes somebody another Owner in the list and may then leave', { timeout: 60_000 }, async () => {
  const { page, context, faults } = await openWindow(browser);
  await signIn(page);
  await createTeam(page, 'Handed over');
  await addNora(page);
  expect(await page.getByLabel('Role of Otto Owner').isDisabled()).toBe(true);
  await page.getByLabel('Role of Nora Nobody').selectOption('Owner');
  await page.locator('#toast', { hasText: 'Nora Nobody is Owner now.' }).waitFor();
  expect(await page.getByLabel('Role of Otto Owner').isDisabled()).toBe(false);
  await page.getByRole('button', { name: 'Leave team' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave team' }).click();
  await page.locator('#toast', { hasText: 'You have left the team' }).waitFor();
  expect((await nora.get<{ counts: object }>('/api/teams/handed-over')).body.counts).toMatchObject({ members: 1 });
  expect(faults.filter((fault) => !fault.includes('status of 422'))).toEqual([]);
  await context.close();
});

it('a team is deleted only after its slug was typed', { timeout: 60_000 }, async () => {
  const { page, context } = await openWindow(browser);
  await signIn(page);
  await createTeam(page, 'Doomed');
  await page.getByRole('link', { name: 'Settings' }).click();
  await press(page, 'Delete team');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type doomed to confirm').fill('doom');
  await dialog.getByRole('button', { name: 'Delete team' }).click();
  expect(await dialog.locator('input:invalid').count()).toBe(1);
  await dialog.getByLabel('Type doomed to confirm').fill('doomed');
  await dialog.getByRole('button', { name: 'Delete team' }).click();
  await page.locator('#toast', { hasText: 'The team "Doomed" is deleted.' }).waitFor();
  await context.close();
});
