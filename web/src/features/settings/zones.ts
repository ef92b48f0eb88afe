/** The zone of this device. */
export const hereZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** All time zones by their places, each with how far from UTC it is now; the one that is set is among them. */
export function zoneOptions(locale: string, now: number, set: string) {
  const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', set])
  return [...zones].sort().map((zone) => ({
    value: zone,
    label: zone.replaceAll('_', ' '),
    detail: offsetOf(zone, locale, now),
  }))
}

function offsetOf(timeZone: string, locale: string, now: number): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'shortOffset' })
  return format.formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
