/** Colours of lists; their marks can be told from the ground in both themes. */
export const colours = [
  { name: 'red', value: '#d1453b' },
  { name: 'orange', value: '#c8701a' },
  { name: 'yellow', value: '#a57f08' },
  { name: 'green', value: '#3c9457' },
  { name: 'teal', value: '#16918f' },
  { name: 'blue', value: '#3b82cf' },
  { name: 'violet', value: '#7c6bdc' },
  { name: 'pink', value: '#c9559a' },
] as const satisfies readonly { name: string; value: string }[]
