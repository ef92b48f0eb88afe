/** The mark of a list: a little sheet in its colour. */
export function ListMark({ color }: { color: string | null }) {
  return (
    <svg viewBox="0 0 16 16" className="size-4" aria-hidden>
      <path
        d="M4 2.5h5.5L13 6v6.5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1Z"
        fill={color ?? 'none'}
        fillOpacity="0.25"
        stroke={color ?? 'currentColor'}
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
      <path d="M9.5 2.5V6H13" fill="none" stroke={color ?? 'currentColor'} strokeWidth="1.5" />
    </svg>
  )
}
