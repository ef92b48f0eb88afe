/**
 * Ids of UUID version 7 (RFC 9562) that sort in the order of their making, within a page and, as far as its clock
 * goes, between the pages of a browser. `crypto.randomUUID` is not there outside of secure contexts.
 */
export function idSource(now: () => number, random: (bytes: Uint8Array) => void): () => string {
  let last = 0
  let count = 0
  return () => {
    const time = Math.max(now(), last)
    count = time === last ? count + 1 : 0
    last = time
    const bytes = new Uint8Array(16)
    random(bytes)
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const at = time.toString(16).padStart(12, '0')
    const counter = (count & 0xfff).toString(16).padStart(3, '0')
    return `${at.slice(0, 8)}-${at.slice(8)}-7${counter}-8${hex.slice(1, 4)}-${hex.slice(4, 16)}`
  }
}
