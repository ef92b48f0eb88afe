/** An empty basket. */
export function Basket() {
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
      <path className="fill-sunken" d="M30 22h36l-4 38H34z" />
      <path d="M26 22h44" />
      <path className="stroke-line-strong" d="M42 30l2 22M54 30l-2 22" strokeDasharray="1 5" />
      <path d="M36 14l5-6M60 14l-5-6M48 12V6" className="stroke-line-strong" />
    </svg>
  )
}
