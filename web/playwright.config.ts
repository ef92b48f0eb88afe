import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  forbidOnly: process.env['CI'] !== undefined,
  // A busy machine may take its time. What passes at a second try alone is told as flaky.
  retries: process.env['CI'] === undefined ? 0 : 2,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  workers: 2,
  reporter: 'list',
  projects: [
    { name: 'tests', testIgnore: /pictures/ },
    { name: 'pictures', testMatch: /pictures/ },
  ],
  use: {
    browserName: 'chromium',
    // Each test is a new browser: it would load the whole app beside what is tested.
    serviceWorkers: 'block',
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium' },
  },
})
