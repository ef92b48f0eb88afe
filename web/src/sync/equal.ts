/** Whether two values of JSON say the same. Absent and null are one: the API leaves either out. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (left === undefined || left === null) return right === undefined || right === null
  if (typeof left !== 'object' || typeof right !== 'object' || right === null) return false
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false
    return left.every((item, index) => equal(item, right[index]))
  }
  const [one, other] = [new Map(Object.entries(left)), new Map(Object.entries(right))]
  return [...new Set([...one.keys(), ...other.keys()])].every((name) =>
    equal(one.get(name), other.get(name)),
  )
}

/** The two one-level arrays have the same members, by identity and in order. */
export function sameItems<T>(left: readonly T[], right: readonly T[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index])
}
