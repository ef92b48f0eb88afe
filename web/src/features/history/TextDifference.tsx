import { useMemo, type ReactNode } from 'react'
import { difference, excerpt } from './words'

/** A text with the words that came and went; what stayed is cut to what is around them. */
export function TextDifference({ from, to }: { from: string; to: string }) {
  const runs = useMemo(() => excerpt(difference(from, to)), [from, to])
  // What was not there before is no change of words.
  if (from === '') return <Text>{to}</Text>
  return (
    <Text>
      {runs.map(({ is, text }, at) => {
        switch (is) {
          case 'same':
            return <span key={at}>{text}</span>
          case 'added':
            return (
              <ins key={at} className="rounded-sm text-ok decoration-ok/50">
                {text}
              </ins>
            )
          case 'removed':
            return (
              <del key={at} className="rounded-sm text-faint decoration-line-strong">
                {text}
              </del>
            )
        }
      })}
    </Text>
  )
}

function Text({ children }: { children: ReactNode }) {
  return (
    <span dir="auto" className="break-words whitespace-pre-wrap">
      {children}
    </span>
  )
}
