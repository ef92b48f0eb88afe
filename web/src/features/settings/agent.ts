/** Browsers by what they call themselves; those that claim to be others as well come first. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrom(e|ium)\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
]

const systems: readonly [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

export type Agent = { browser: string | undefined; system: string | undefined }

/** Which browser on which system a user agent is, as far as it says so. */
export function agentOf(text: string): Agent {
  const named = (known: readonly [RegExp, string][]) =>
    known.find(([pattern]) => pattern.test(text))?.[1]
  return { browser: named(browsers), system: named(systems) }
}
