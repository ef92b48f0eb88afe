import type { ReactNode } from 'react'

function Figure({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 96 72"
      className="h-18 w-24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      {children}
    </svg>
  )
}

/** An empty sheet with a folded corner. */
export function Sheet() {
  return (
    <Figure>
      <path className="fill-sunken" d="M26 8h32l14 14v42H26z" />
      <path d="M58 8v14h14" />
      <path className="stroke-line-strong" d="M35 34h28M35 43h28M35 52h16" strokeDasharray="1 5" />
    </Figure>
  )
}

/** A sun above a line: the day is clear. */
export function Clear() {
  return (
    <Figure>
      <path d="M14 54h68" />
      <path className="fill-sunken" d="M32 54a16 16 0 0 1 32 0" />
      <path d="M48 26v-8M28 34l-6-6M68 34l6-6M22 46l-7-2M74 46l7-2" />
      <path className="stroke-line-strong" d="M26 62h44" strokeDasharray="1 5" />
    </Figure>
  )
}

/** Days that lie ahead, smaller the farther they are. */
export function Horizon() {
  return (
    <Figure>
      <rect className="fill-sunken" x="12" y="26" width="26" height="30" rx="3" />
      <rect x="46" y="32" width="20" height="24" rx="3" />
      <rect className="stroke-line-strong" x="73" y="38" width="14" height="18" rx="3" />
      <path d="M12 36h26M19 22v7M31 22v7" />
      <path className="stroke-line-strong" d="M8 63h80" strokeDasharray="1 5" />
    </Figure>
  )
}

/** Two of them, at one sheet. */
export function Company() {
  return (
    <Figure>
      <rect className="fill-sunken" x="30" y="34" width="36" height="26" rx="3" />
      <path className="stroke-line-strong" d="M37 43h22M37 51h14" strokeDasharray="1 5" />
      <circle cx="26" cy="18" r="7" />
      <path d="M14 40a12 12 0 0 1 12-11" />
      <circle cx="70" cy="18" r="7" />
      <path d="M82 40a12 12 0 0 0-12-11" />
    </Figure>
  )
}
