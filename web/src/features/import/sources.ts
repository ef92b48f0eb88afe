/** The applications whose files the server reads; `auto` lets it find out. */
export const sources = [
  'auto',
  'todoist',
  'taskwarrior',
  'trello',
  'mstodo',
  'ticktick',
  'vikunja',
  'ical',
  'taskfold',
] as const
export type Source = (typeof sources)[number]

/** Their own names, which no language changes; `auto` has none. */
export const sourceNames: Record<Exclude<Source, 'auto'>, string> = {
  todoist: 'Todoist',
  taskwarrior: 'Taskwarrior',
  trello: 'Trello',
  mstodo: 'Microsoft To Do',
  ticktick: 'TickTick',
  vikunja: 'Vikunja',
  ical: 'iCalendar',
  taskfold: 'Taskfold',
}

/** What their files are. */
export const sourceFiles: Record<Exclude<Source, 'auto'>, string> = {
  todoist: 'CSV, ZIP',
  taskwarrior: 'JSON',
  trello: 'JSON',
  mstodo: 'CSV, JSON',
  ticktick: 'CSV',
  vikunja: 'ZIP',
  ical: 'ICS',
  taskfold: 'JSON',
}

export function sourceNamed(name: string): Source | undefined {
  return sources.find((source) => source === name)
}

export function sourceName(name: string): string {
  const source = sourceNamed(name)
  return source === undefined || source === 'auto' ? name : sourceNames[source]
}
