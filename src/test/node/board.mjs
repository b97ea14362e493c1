// bull-board in a real Chromium, for tests that read its pages and press its buttons.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import express from 'express';
import { chromium } from 'playwright-core';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  // Nothing here has a network to look at.
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Serves the BullMQ queues and opens a page in the Chromium at that path. */
export async function open(queues, executablePath) {
  const adapter = new ExpressAdapter();
  createBullBoard({ queues: queues.map((queue) => new BullMQAdapter(queue)), serverAdapter: adapter });
  const app = express();
  app.use(adapter.getRouter());
  const server = await new Promise((resolve, reject) => {
    const listening = app.listen(0, '127.0.0.1', (error) => (error ? reject(error) : resolve(listening)));
  });
  const profile = await mkdtemp(join(tmpdir(), 'millrace-board-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: flags,
    viewport: { width: 1500, height: 1000 },
  });
  return new Board(server, profile, context);
}

class Board {
  #server;
  #profile;
  #context;
  #page;

  constructor(server, profile, context) {
    this.#server = server;
    this.#profile = profile;
    this.#context = context;
    this.#page = context.pages()[0];
    this.#page.setDefaultTimeout(10_000);
  }

  /** The queues in the side bar with their remarks, their cards, and what the tabs above say of all jobs. */
  async overview() {
    await this.#go('/');
    const queues = await this.#page.locator('#bull-board-sidebar nav li').allInnerTexts();
    const cards = await this.#page.locator('main [class*="queueCard-"]').allInnerTexts();
    return { queues: queues.map(oneLine), cards: cards.map(oneLine), jobs: await this.#tabs() };
  }

  /** What the tabs of a queue's page say: state to number of jobs. */
  async counts(queue) {
    await this.#go(`/queue/${queue}`);
    return this.#tabs();
  }

  /** The jobs that a queue's page shows for a state, with the text under some of their tabs. */
  async jobs(queue, state, ...tabs) {
    await this.#go(`/queue/${queue}?status=${state}`);
    const shown = [];
    for (const card of await this.#cards().all()) {
      const job = { title: oneLine(await card.locator('a').first().innerText()) };
      for (const tab of tabs) {
        await card.getByRole('tab', { name: tab, exact: true }).click();
        job[tab] = await card.getByRole('tabpanel').innerText();
      }
      shown.push(job);
    }
    return shown;
  }

  /** Presses one of the small buttons of a job, known by what shows when the pointer is over it. */
  async press(queue, state, id, label) {
    await this.#go(`/queue/${queue}?status=${state}`);
    const card = this.#cards().filter({ has: this.#page.locator(`a[href*="/queue/${queue}/${id}?"]`) });
    const tip = this.#page.locator('[data-base-ui-portal] [class^="positioner-"]').getByText(label, { exact: true });
    for (const button of await card.locator('[class^="jobActions-"] button').all()) {
      await button.hover();
      if (await shows(tip)) {
        await button.click();
        return this.#confirm();
      }
    }
    throw new Error(`no button "${label}" at job ${id} of ${queue} in ${state}`);
  }

  /** Presses one of the buttons above the jobs of a state. */
  async pressAll(queue, state, label) {
    await this.#go(`/queue/${queue}?status=${state}`);
    await this.#page.locator('[class^="queueActions-"]').getByRole('button', { name: label }).click();
    return this.#confirm();
  }

  /** Chooses from a queue's menu. */
  async choose(queue, label) {
    await this.#go(`/queue/${queue}`);
    await this.#page.locator('main [class^="stickyHeader-"] button[aria-haspopup="menu"]').click();
    await this.#page.getByRole('menuitem', { name: label, exact: true }).click();
    return this.#confirm();
  }

  /** A picture of what is on the page now. */
  async picture(path) {
    await this.#page.screenshot({ path });
  }

  async close() {
    await this.#context.close();
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
    await rm(this.#profile, { recursive: true, force: true });
  }

  async #go(path) {
    const listed = this.#page.waitForResponse((response) => response.url().includes('/api/queues?'));
    listed.catch(() => {});
    await this.#page.goto(`http://127.0.0.1:${this.#server.address().port}${path}`);
    const { queues } = await (await listed).json();
    // The answer is there before the page shows it.
    await this.#page.locator('main [class^="statusTabs-"] li').first().waitFor();
    const jobs = queues.flatMap((queue) => queue.jobs).length;
    if (jobs > 0) await this.#cards().nth(jobs - 1).waitFor();
    await this.#page.waitForLoadState('networkidle');
  }

  #cards() {
    return this.#page.locator('main [class*="card-"]:has([class^="jobLink-"])');
  }

  async #tabs() {
    const tabs = {};
    for (const tab of await this.#page.locator('main [class^="statusTabs-"] li').all()) {
      const number = tab.locator('[class^="badge-"]');
      const name = await tab.locator('[data-text]').getAttribute('data-text');
      tabs[name] = (await number.count()) === 0 ? 0 : Number(await number.innerText());
    }
    return tabs;
  }

  /** Whoever presses is asked once more; done when the board's server has answered. */
  async #confirm() {
    const answered = this.#page.waitForResponse((response) => response.request().method() !== 'GET');
    answered.catch(() => {});
    const dialog = this.#page.getByRole('alertdialog');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    const answer = await answered;
    await dialog.waitFor({ state: 'hidden' });
    if (!answer.ok()) throw new Error(`${answer.url()} answered ${answer.status()}: ${await answer.text()}`);
  }
}

const oneLine = (text) => text.replace(/\s+/g, ' ').trim();

/** Tips take a moment to show. */
async function shows(locator) {
  return locator.waitFor({ timeout: 1_500 }).then(
    () => true,
    () => false,
  );
}
