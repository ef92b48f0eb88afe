import type { components } from './schema'

type Schemas = components['schemas']

/** The names of the API, as the app says them. */
export type Activity = Schemas['Activity']
export type Comment = Schemas['Comment']
export type CreateTask = Schemas['CreateTask']
export type Due = Schemas['Due']
export type Hit = Schemas['Hit']
/** A field of an event with its values; the API calls it a change. */
export type FieldChange = Schemas['Change']
export type List = Schemas['List']
export type Member = Schemas['Member']
export type Membership = Schemas['Membership']
export type Preview = Schemas['Preview']
export type Priority = Schemas['Priority']
export type Problem = Schemas['Problem']
export type Recurrence = Schemas['Recurrence']
export type Restore = Schemas['Restore']
export type SavedFilter = Schemas['SavedFilter']
export type SpanKind = Schemas['SpanKind']
export type Tag = Schemas['Tag']
export type Task = Schemas['Task']
export type Theme = Schemas['Theme']
export type UpdateUser = Schemas['UpdateUser']
export type User = Schemas['User']
