import type { NextConfig } from 'next'

const config: NextConfig = {
  output: 'export',
  // One folder a route, so that any static server answers `/inbox` with `inbox/index.html`.
  trailingSlash: false,
  reactStrictMode: true,
  poweredByHeader: false,
  images: { unoptimized: true },
  typescript: { ignoreBuildErrors: true }, // `npm run types` has checked them.
}

export default config
