/** A place in the log, as the API writes it: `partition:number`. */
export type Position = { readonly partition: number; readonly number: number }

/** By partition: everything up to there. */
export type Positions = Readonly<Record<number, number>>

export function positionOf(text: string): Position | undefined {
  const found = /^(\d+):(\d+)$/.exec(text)
  return found ? { partition: Number(found[1]), number: Number(found[2]) } : undefined
}

export const written = (partition: number, number: number): string => `${partition}:${number}`

/** As `from` of the live socket and `hello` have them. */
export const listed = (positions: Positions): string[] =>
  Object.entries(positions).map(([partition, number]) => written(Number(partition), number))
