import { describe, expect, it } from 'vitest'
import type { Conflict } from './outbox'
import { equal } from './equal'
import { Device } from './testing/device'
import { ModelServer } from './testing/server'

const RUNS = 1_200
const ACTIONS = 60

/** mulberry32: the same numbers for the same seed. */
function chances(seed: number): (below: number) => number {
  let at = seed
  return (below) => {
    at = (at + 0x6d2b79f5) | 0
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return below < 1 ? 0 : ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** A change of a field that somebody made, and what they saw there. */
type Edit = {
  readonly device: Device
  readonly entry: string
  readonly task: string
  readonly field: 'title' | 'description'
  readonly base: string
  readonly value: string
}

class World {
  readonly server = new ModelServer()
  readonly edits: Edit[] = []
  readonly made: { device: Device; entry: string; field: string; value: string }[] = []
  private readonly chance: (below: number) => number
  readonly devices: Device[]
  private values = 0
  private ids = 0

  constructor(seed: number) {
    this.chance = chances(seed)
    for (const id of ['t0', 't1', 't2']) {
      this.server.apply('seed', { command: 'create_task', task_id: id, title: `seed ${id}` })
    }
    const newId = () => {
      this.ids += 1
      return `e${String(this.ids).padStart(5, '0')}`
    }
    this.devices = ['phone', 'laptop'].map(
      (name) => new Device(name, this.server, this.chance, newId),
    )
  }

  private value(): string {
    this.values += 1
    return `v${this.values}`
  }

  private pick<T>(from: readonly T[]): T | undefined {
    return from[this.chance(from.length)]
  }

  act() {
    const device = this.pick(this.devices)
    if (!device) return
    const what = this.chance(100)
    if (what < 68) device.work()
    else if (what < 84) this.edit(device)
    else if (what < 90) this.remote()
    else if (what < 93) device.drop()
    else if (what < 95) device.closeSocket()
    else if (what < 98) device.input({ is: 'online', online: this.chance(2) === 0 })
    else device.reload()
  }

  private edit(device: Device) {
    const rows = [...device.shown.values()].flatMap((row) =>
      row.kind === 'task' ? [row.value] : [],
    )
    const task = this.pick(rows)
    const what = this.chance(20)
    const value = this.value()
    if (!task || what < 2) {
      const { id } = device.command({ command: 'create_task', task_id: `n${value}`, title: value })
      this.made.push({ device, entry: id, field: 'title', value })
      return
    }
    const task_id = task.task_id
    if (what === 2) device.command({ command: 'complete_task', task_id })
    else if (what === 3) device.command({ command: 'reopen_task', task_id })
    else if (what === 4) device.command({ command: 'delete_task', task_id })
    else if (what === 5) {
      const { id } = device.command({ command: 'add_comment', task_id, body: value })
      this.made.push({ device, entry: id, field: 'comment', value })
    } else if (what < 7) device.command({ command: 'update_task', task_id, add_tags: [value] })
    else if (what < 9) {
      const [title, description] = [value, this.value()]
      const { id } = device.command({ command: 'update_task', task_id, title, description })
      this.note(device, id, task_id, 'title', task.title, title)
      this.note(device, id, task_id, 'description', task.description, description)
    } else {
      const field = what < 15 ? 'title' : 'description'
      const { id } = device.command({ command: 'update_task', task_id, [field]: value })
      this.note(device, id, task_id, field, task[field], value)
    }
  }

  private note(
    ...[device, entry, task, field, base, value]: [
      Device,
      string,
      string,
      Edit['field'],
      string,
      string,
    ]
  ) {
    this.edits.push({ device, entry, task, field, base, value })
  }

  private remote() {
    const task_id = this.pick([...this.server.tasks().keys()]) ?? ''
    const field = this.chance(2) === 0 ? 'title' : 'description'
    const gone = this.chance(12) === 0
    if (gone) this.server.apply('remote', { command: 'delete_task', task_id })
    else this.server.apply('remote', { command: 'update_task', task_id, [field]: this.value() })
  }

  settle() {
    for (const device of this.devices) device.input({ is: 'online', online: true })
    for (let left = 20_000; this.devices.filter((device) => device.work()).length > 0; left -= 1) {
      if (left === 0) throw new Error('it never comes to rest')
    }
  }

  check() {
    for (const device of this.devices) this.checkReplica(device)
    for (const edit of this.edits) this.checkEdit(edit)
    for (const { device, entry, field, value } of this.made) {
      const times = this.events(field, value).length
      const refused = device.state.refused.some((one) => one.id === entry)
      const lost = device.queued.has(entry) && times === 0 && !refused
      if (times > 1 || lost) throw new Error(`${field} ${value} was made ${times} times`)
    }
    for (const device of this.devices) {
      for (const conflict of device.state.conflicts) this.checkConflict(device, conflict)
    }
  }

  private checkReplica(device: Device) {
    const { state, stored } = device
    const tasks = [...this.server.tasks().values()].filter((task) => !task.deleted_at)
    const here = [...state.rows.values()].flatMap((row) => (row.kind === 'task' ? [row.value] : []))
    const byId = (one: { task_id: string }, other: { task_id: string }) =>
      one.task_id < other.task_id ? -1 : 1
    expect(here.sort(byId)).toEqual(tasks.sort(byId))
    const disk = stored.rows.flatMap((row) => (row.kind === 'task' ? [row.value] : []))
    expect(disk.sort(byId)).toEqual(tasks)
    expect(state.outbox).toEqual([])
    expect(stored.outbox).toEqual([])
    expect(stored.positions[0]).toBe(this.server.head)
    const ids = (all: readonly Conflict[]) => all.map((one) => one.id).sort()
    expect(ids(stored.conflicts)).toEqual(ids(state.conflicts))
    expect(new Set(device.taken).size).toBe(device.taken.length)
  }

  private events(field: string, value: string) {
    return this.server.log.filter((one) => one.changed[field]?.to === value)
  }

  /** Applied once over what its author saw, or in the inbox, or told as refused. */
  private checkEdit(edit: Edit) {
    const applied = this.events(edit.field, edit.value)
    const told = `${edit.value} (${edit.field} of ${edit.task}, saw ${edit.base})`
    if (applied.length > 1) throw new Error(`${told} was applied ${applied.length} times`)
    const [event] = applied
    if (event) {
      const before = event.changed[edit.field]?.from
      if (before !== edit.base) throw new Error(`${told} overwrote ${String(before)} unseen`)
      return
    }
    if (edit.device.queued.has(edit.entry) && !this.isTold(edit)) throw new Error(`${told} is lost`)
  }

  private isTold(edit: Edit): boolean {
    const { conflicts, refused } = edit.device.state
    if (refused.some((one) => one.id === edit.entry)) return true
    const inbox = conflicts.some(
      (one) => one.key === `task/${edit.task}` && mentions(one, edit.field, edit.value),
    )
    // Its author changed it once more before anybody else saw it: then that edit is told.
    const next = this.edits.filter(
      (one) => one.device === edit.device && one.task === edit.task && one.base === edit.value,
    )
    return inbox || next.some((one) => this.isTold(one))
  }

  private checkConflict(device: Device, conflict: Conflict) {
    if (conflict.field === 'deleted') return
    const theirs = this.server.log.find(
      (one) =>
        `task/${one.subject}` === conflict.key &&
        one.changed[conflict.field]?.to === conflict.theirs,
    )
    if (!theirs || theirs.actor === device.name || equal(conflict.mine, conflict.theirs)) {
      throw new Error(`no conflict: ${JSON.stringify(conflict)} with ${theirs?.actor ?? 'nobody'}`)
    }
  }
}

const mentions = (conflict: Conflict, field: string, value: string): boolean =>
  conflict.field === field
    ? conflict.mine === value
    : conflict.field === 'deleted' && JSON.stringify(conflict.keepMine).includes(`"${value}"`)

describe('sync under any order of things', () => {
  it('loses no edit, applies none twice, and ends where the server is', () => {
    let conflicts = 0
    let merged = 0
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const world = new World(seed)
      try {
        // Some begin with a replica that is there, some with none.
        if (seed % 2 === 0) world.settle()
        for (let left = ACTIONS; left > 0; left -= 1) world.act()
        world.settle()
        world.check()
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error })
      }
      conflicts += world.devices.flatMap((device) => device.state.conflicts).length
      merged += world.edits.length
    }
    // The runs are about something.
    expect(conflicts).toBeGreaterThan(RUNS / 10)
    expect(merged).toBeGreaterThan(RUNS)
  }, 30_000)
})
