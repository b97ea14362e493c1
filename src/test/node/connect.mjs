// A user who connects a Google account in a real Chromium, through the consent page to the page at the end.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

/** Goes the whole way with the user's token, chooses `choice` at Google, and tells where it ended. */
export async function connect(server, executablePath, token, integration, choice, picture) {
  const profile = await mkdtemp(join(tmpdir(), 'millrace-connect-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: flags,
    viewport: { width: 900, height: 600 },
  });
  try {
    const page = context.pages()[0];
    page.setDefaultTimeout(20_000);
    const complaints = [];
    page.on('console', (message) => {
      // what the stand-in for Google lacks, such as an icon, is not ours
      const ours = !message.location().url || message.location().url.startsWith(server);
      if (ours && ['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(server + '/docs');
    const address = await page.evaluate(
      async ([path, bearer]) => {
        const answer = await fetch(path, { headers: { Authorization: 'Bearer ' + bearer } });
        return (await answer.json()).authorizationUrl;
      },
      [`/api/${integration}/oauth/authorize`, token],
    );
    await page.goto(address);
    await page.getByRole('link', { name: choice }).click();
    await page.waitForURL('**/api/oauth/connected?**');
    await page.screenshot({ path: picture });
    return {
      url: page.url(),
      heading: await page.locator('h1').innerText(),
      text: await page.locator('p').innerText(),
      border: await page.locator('main').evaluate((main) => getComputedStyle(main).borderTopColor),
      referrer: await page.evaluate(() => document.referrer),
      cookies: (await context.cookies()).map((cookie) => cookie.name),
      complaints,
    };
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}
