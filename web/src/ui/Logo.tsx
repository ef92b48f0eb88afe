/** A sheet with a folded corner; the fold is what is past. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={className} aria-hidden>
      <path
        d="M5 3h9.2L20 8.8V19a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Z"
        className="fill-accent"
      />
      <path d="M14.2 3v3.8a2 2 0 0 0 2 2H20Z" className="fill-accent-ink" opacity="0.55" />
      <path
        d="m7.6 13.4 3 3 5.2-5.6"
        fill="none"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-on-accent"
      />
    </svg>
  )
}
