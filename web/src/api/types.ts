import type { components } from './schema'

type Schemas = components['schemas']

/** The names of the API, as the app says them. */
export type CreateTask = Schemas['CreateTask']
export type Due = Schemas['Due']
export type List = Schemas['List']
export type Preview = Schemas['Preview']
export type Priority = Schemas['Priority']
export type Problem = Schemas['Problem']
export type SpanKind = Schemas['SpanKind']
export type Task = Schemas['Task']
export type Theme = Schemas['Theme']
export type UpdateUser = Schemas['UpdateUser']
export type User = Schemas['User']
