// The page of the API in a real Chromium, for a test that reads it and tries something out.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

/** Opens the page of the instance at that address, and notes what its console complains of. */
export async function open(server, executablePath) {
  const profile = await mkdtemp(join(tmpdir(), 'millrace-docs-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: flags,
    viewport: { width: 1300, height: 1600 },
  });
  const page = context.pages()[0];
  page.setDefaultTimeout(20_000);
  const complaints = [];
  const asked = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(server + '/docs');
  await page.locator('.opblock').first().waitFor();
  return new Docs(profile, context, page, complaints, asked);
}

class Docs {
  #profile;
  #context;
  #page;
  #complaints;
  #asked;

  constructor(profile, context, page, complaints, asked) {
    this.#profile = profile;
    this.#context = context;
    this.#page = page;
    this.#complaints = complaints;
    this.#asked = asked;
  }

  /** The operations as they are listed: method and address. */
  async operations() {
    const listed = [];
    for (const block of await this.#page.locator('.opblock').all()) {
      const method = await block.locator('.opblock-summary-method').innerText();
      const path = await block.locator('.opblock-summary-path').getAttribute('data-path');
      listed.push(`${method} ${path}`);
    }
    return listed;
  }

  /** Gives the page the token. */
  async authorize(token) {
    await this.#page.locator('.btn.authorize').first().click();
    const dialog = this.#page.locator('.dialog-ux');
    // the admin's; below it is the one for users
    const admin = dialog.locator('.auth-container').filter({ hasText: 'The admin token' });
    await admin.locator('input').fill(token);
    await admin.locator('button.authorize').click();
    await dialog.locator('button.btn-done').first().click();
  }

  /** Opens an operation, executes it as it is filled in, and returns status and body of the answer. */
  async execute(id) {
    const block = this.#page.locator(`.opblock[id$="-${id}"]`);
    await block.locator('.opblock-summary-control').click();
    await block.locator('button.execute').click();
    const answer = block.locator('.live-responses-table');
    await answer.waitFor();
    return {
      status: await answer.locator('tr.response .response-col_status').first().innerText(),
      body: await answer.locator('tr.response .response-col_description').first().innerText(),
    };
  }

  /** What the console has complained of so far. */
  complaints() {
    return this.#complaints;
  }

  /** The addresses that the page has loaded from. */
  asked() {
    return this.#asked;
  }

  /** What the browser has kept of all this. */
  kept() {
    return this.#page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie);
  }

  async picture(path) {
    await this.#page.screenshot({ path });
  }

  async close() {
    await this.#context.close();
    await rm(this.#profile, { recursive: true, force: true });
  }
}
