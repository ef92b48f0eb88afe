// Makes the icons of the installed app from public/icon.svg, by a browser: `npm run icons`.
import { chromium } from '@playwright/test'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const folder = path.join(import.meta.dirname, '..', 'public')
const svg = readFileSync(path.join(folder, 'icon.svg'), 'utf8')
const ground = '#fcfcfb'

/** File, edge in pixels, how much of it the drawing takes, and whether there is a ground behind it. */
const icons = /** @type {const} */ ([
  ['icon-192.png', 192, 0.92, false],
  ['icon-512.png', 512, 0.92, false],
  // Launchers cut this one to a shape: what matters is within the middle 80 %.
  ['icon-maskable-512.png', 512, 0.6, true],
  ['apple-touch-icon.png', 180, 0.68, true],
])

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
})
const page = await browser.newPage()
for (const [name, edge, part, filled] of icons) {
  await page.setViewportSize({ width: edge, height: edge })
  await page.setContent(
    `<style>body{margin:0;height:100vh;display:grid;place-items:center;background:${filled ? ground : 'none'}}` +
      `svg{width:${edge * part}px}</style>${svg}`,
  )
  const file = path.join(folder, 'icons', name)
  await page.screenshot({ path: file, omitBackground: true })
  console.log(name)
}
await browser.close()
