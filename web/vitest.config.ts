import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    alias: {
      '@/': `${import.meta.dirname}/src/`,
      '@messages/': `${import.meta.dirname}/messages/`,
    },
  },
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    // Components ask for a DOM by `// @vitest-environment jsdom` on their first line.
    environment: 'node',
    restoreMocks: true,
    unstubGlobals: true,
  },
})
