/** Two sheets, one upon the other: here and there are the same. */
export function Settled() {
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
      <path className="stroke-line-strong" d="M34 14V8h26l12 12v36h-8" />
      <path className="fill-sunken" d="M24 16h26l12 12v36H24z" />
      <path d="M50 16v12h12" />
      <path d="m34 46 7 7 12-13" />
    </svg>
  )
}
