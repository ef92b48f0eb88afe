/** A lens over lines of text. */
export function Lens() {
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
      <path
        className="stroke-line-strong"
        d="M14 18h34M14 30h22M14 42h20M14 54h30"
        strokeDasharray="1 5"
      />
      <circle className="fill-sunken" cx="56" cy="34" r="17" />
      <path d="m69 47 13 13M49 34h14M49 40h8" />
    </svg>
  )
}
