import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { firstLook } from './first-look'
import './globals.css'
import { Providers } from './providers'

export const metadata: Metadata = {
  title: { default: 'Taskfold', template: '%s · Taskfold' },
  description: 'Tasks, with their whole past.',
  icons: { icon: '/icon.svg', apple: '/icons/apple-touch-icon.png' },
  manifest: '/manifest.webmanifest',
  appleWebApp: { capable: true, title: 'Taskfold' },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fcfcfb' },
    { media: '(prefers-color-scheme: dark)', color: '#16171b' },
  ],
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The script has set theme, language and direction by the time React looks.
    <html lang="en" suppressHydrationWarning>
      <head>
        <script dangerouslySetInnerHTML={{ __html: firstLook }} />
      </head>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  )
}
