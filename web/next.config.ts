import type { NextConfig } from 'next'

const config: NextConfig = {
  output: 'export',
  // One folder a route, so that any static server answers `/inbox` with `inbox/index.html`.
  trailingSlash: false,
  reactStrictMode: true,
  poweredByHeader: false,
  images: { unoptimized: true },
  turbopack: {
    rules: { './messages/*.json': { loaders: ['./scripts/icu-loader.mjs'], as: '*.js' } },
    resolveAlias: { 'use-intl/format-message': 'use-intl/format-message/format-only' },
  },
  typescript: { ignoreBuildErrors: true }, // `npm run types` has checked them.
}

export default config
