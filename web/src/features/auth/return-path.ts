/** Where somebody goes who has signed in: a page of this app and of no other site. */
export function returnPath(wanted: string | null): string {
  const inside = wanted !== null && /^\/(?![/\\])/.test(wanted)
  return inside && !wanted.startsWith('/sign-in') && !wanted.startsWith('/register')
    ? wanted
    : '/today'
}

/** The other one of the two pages, which leads to the same place. */
export function withReturn(path: '/sign-in' | '/register', wanted: string | null): string {
  return wanted === null ? path : `${path}?return=${encodeURIComponent(wanted)}`
}

/** The page to sign in, which leads back to where somebody wanted to be. */
export function signInPath(wanted: string): string {
  const path = returnPath(wanted)
  return path === '/today' ? '/sign-in' : `/sign-in?return=${encodeURIComponent(path)}`
}
